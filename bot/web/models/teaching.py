"""What the runs of a model have taught it that no model before it knew, and by whom."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.web.naming import named
from bot.web.services import Services
from finetune import ModelVersion, NotFound, Run, Taught, taught

SHOWN = 50


class Lessons(NamedTuple):
    """The first of them with the names of their authors, and how many more there are."""

    shown: Sequence[tuple[Taught, Sequence[tuple[str, str]]]]
    more: int


async def lessons_of(
    services: Services, team: str, runs: Sequence[Run], history: Sequence[ModelVersion]
) -> Lessons:
    """Of the newest of these runs; what runs that went live before it had taught is no news."""
    if not runs:
        return Lessons((), 0)
    here = services.workspace(team)
    before = []
    for move in history:
        if move.run_id and not move.rollback and move.run_id != runs[0].run_id:
            try:
                earlier = await here.runs.get(move.run_id)
            except NotFound:
                continue
            if earlier.created_at < runs[0].created_at:
                before.append(earlier)
    found = await taught(runs[0], before, here.dataset, here.snapshots)
    first = found[:SHOWN]
    names = await named(services, team, (user for each in first for user in each.authors))
    shown = [(each, [(user, names[user]) for user in each.authors]) for each in first]
    return Lessons(shown, max(len(found) - SHOWN, 0))
