"""`bot aside`: what was put aside in all workspaces; have it tried again, or drop it."""

from typing import Any, NamedTuple

from bot.bootstrap import open_service
from bot.bootstrap.service import Service
from bot.domain.aside import PutAside
from bot.errors import BotError
from bot.settings import Settings
from bot.tasks import Outcome

ALL = "all"


class NotAside(BotError):
    """Raised when an id names nothing that is put aside, or nothing can be done about it."""


class Listed(NamedTuple):
    """One entry as it is printed; ids only."""

    id: str
    team: str
    kind: str
    why: str
    error: str
    tries: int
    at: float
    arguments: dict[str, Any]


async def listed(settings: Settings) -> list[Listed]:
    """The newest first."""
    async with open_service(settings) as service:
        return [_row(entry) for entry in await service.chance.aside.all()]


async def decided(settings: Settings, aside_id: str, *, retry: bool) -> dict[str, str]:
    """What came of each, by id; `aside_id` may be "all". Raises NotAside."""
    async with open_service(settings) as service:
        entries = await service.chance.aside.all()
        wanted = [entry for entry in entries if aside_id in (ALL, entry.aside_id)]
        if not wanted and aside_id != ALL:
            raise NotAside(f"nothing is put aside as {aside_id}; `bot aside` lists what is")
        done = {entry.aside_id: await _do(service, entry, retry=retry) for entry in wanted}
    if len(done) == 1 and Outcome.CANNOT in done.values():
        raise NotAside(
            f"{aside_id} has nothing left to try it with; `bot aside --dismiss` drops it"
        )
    return {name: outcome.value for name, outcome in done.items()}


async def _do(service: Service, entry: PutAside, *, retry: bool) -> Outcome:
    do = service.chance.again if retry else service.chance.dismiss
    return await do(entry.piece.team, entry.aside_id)


def _row(entry: PutAside) -> Listed:
    piece = entry.piece
    return Listed(
        id=entry.aside_id,
        team=piece.team,
        kind=piece.kind,
        why=entry.why.value,
        error=entry.error,
        tries=entry.tries,
        at=entry.at,
        arguments=dict(piece.arguments),
    )
