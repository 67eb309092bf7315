"""What the screen People shows: counts from the searchable copy, and what went live from snapshots."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from bot.web.naming import named
from bot.web.services import Services
from finetune import People, Run, RunState, Teacher
from finetune.bootstrap import Workspace

RUNS = 1_000  # the newest, among which promoted ones are looked for
PAGE = 25
Column = Literal[
    "person", "corrections", "ups", "approved", "rejected", "waiting", "live", "share", "active"
]


async def everybody(services: Services, team: str, column: Column) -> dict[str, Any]:
    """All of the page."""
    found = await counted(services.workspace(team))
    out = await services.preferences.opted_out(team)
    teachers = [each for each in found.teachers if each.person not in out]
    deciders = [each for each in found.deciders if each.person not in out]
    pairs = [each for each in found.agreements if not {each.one, each.other} & out.keys()]
    shown = {each.person for each in teachers} | {each.person for each in deciders} | out.keys()
    names = await named(services, team, shown)
    return {
        "teachers": by_column(teachers, column, names),
        "column": column,
        "deciders": deciders,
        "agreements": pairs,
        "waited": found.waited,
        "out": sorted(out.items(), key=lambda each: names[each[0]].casefold()),
        "names": names,
    }


async def one(services: Services, team: str, user: str, offset: int) -> dict[str, Any]:
    """The page of a person; of one who opted out, nothing but that."""
    out = await services.preferences.opted_out(team)
    names = await named(services, team, [user])
    if user in out:
        return {"user": user, "name": names[user], "gone": True, "since": out[user]}
    workspace = services.workspace(team)
    found = await counted(workspace)
    total = await workspace.dataset.count_by_author(user)
    path = f"/curate/people/{user}?offset="
    return {
        "user": user,
        "name": names[user],
        "gone": False,
        "teacher": next((each for each in found.teachers if each.person == user), None),
        "decider": next((each for each in found.deciders if each.person == user), None),
        "examples": await workspace.dataset.by_author(user, PAGE, offset),
        "first": min(offset + 1, total),
        "last": min(offset + PAGE, total),
        "total": total,
        "before": f"{path}{max(0, offset - PAGE)}" if offset else None,
        "after": f"{path}{offset + PAGE}" if offset + PAGE < total else None,
    }


async def counted(workspace: Workspace) -> People:
    """Who taught, decided and agrees."""
    runs = await workspace.runs.list(limit=RUNS)
    live = await asyncio.to_thread(_live, workspace, runs)
    return await workspace.search.people(live)


def _live(workspace: Workspace, runs: Sequence[Run]) -> set[tuple[str, str]]:
    """What the snapshots of promoted runs hold: (example id, what it teaches)."""
    ids = {run.snapshot_id for run in runs if run.state is RunState.PROMOTED and run.snapshot_id}
    return {item for each in sorted(ids) for item in workspace.snapshots.contents(each).items()}


def by_column(teachers: Sequence[Teacher], column: Column, names: dict[str, str]) -> list[Teacher]:
    """Most first; by name from A."""
    if column == "person":
        return sorted(teachers, key=lambda each: names[each.person].casefold())
    return sorted(teachers, key=lambda each: (-_value(each, column), names[each.person].casefold()))


def _value(of: Teacher, column: Column) -> float:
    if column == "share":
        return -1.0 if of.share is None else of.share
    return float(getattr(of, "last_active" if column == "active" else column))
