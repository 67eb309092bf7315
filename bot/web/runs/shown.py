"""One run as its page shows it."""

import time
from typing import Any

from fastapi import Request

from bot.domain.choices import choices, outdated
from bot.domain.diffing import compared
from bot.domain.progress import queue_place, steps_of
from bot.web.curator import Curator
from bot.web.runs.curves import curves
from bot.web.runs.groups import Group, Tab, cases, counted, opening, sizes
from bot.web.runs.reading import Reading
from bot.web.runs.timeline import broke_at, timeline
from bot.web.services import Services
from finetune import Run, RunState

LATEST = 100  # events that are shown at first


async def one(
    services: Services,
    request: Request,
    curator: Curator,
    run: Run,
    tab: Tab | None,
    group: Group | None,
    page: int,
    every_event: bool,
    done: str,
) -> dict[str, Any]:
    """All that the template needs."""
    now, team = time.time(), curator.team
    reading = await Reading.of(services, request, curator, [run])
    champion = await services.champions.champion(team)
    events = list(reversed(run.events))
    return {
        **reading.values,
        "run": run,
        "compared": compared,
        "stages": timeline(run, now),
        "broke": broke_at(run),
        "clock": now,
        "champion": champion,
        "outdated": outdated(run, champion),
        "steps": steps_of(run),
        "place_in_queue": queue_place(run) if run.job_status == "queued" else None,
        "events": events if every_event else events[:LATEST],
        "charts": curves(run, reading.wording.said, reading.words),
        "offered": await _offered(services, curator, run),
        "done": reading.steering.done.get(done, ""),
        **_evaluation(run, tab, group, page),
    }


async def _offered(services: Services, curator: Curator, run: Run) -> list[str]:
    """What an admin may do; nobody else is offered anything."""
    if not curator.admin:
        return []
    if run.state is RunState.PROMOTED:
        line = await services.workspace(curator.team).registry.line()
        return ["rollback"] if line and line[0].run_id == run.run_id else []
    return list(choices(run))


def _evaluation(run: Run, tab: Tab | None, group: Group | None, page: int) -> dict[str, Any]:
    if run.report is None:
        return {"cases": None}
    found = sizes(run.report, group)
    numbers = run.decision.numbers if run.decision is not None else {}
    return {
        "cases": cases(run.report, tab or opening(found), group, page),
        "sizes": found,
        "counts": counted(run.report, numbers),
    }
