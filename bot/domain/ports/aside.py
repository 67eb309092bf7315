"""How often work was tried, and what was put aside in the end."""

from collections.abc import Container
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.domain.aside import Piece, PutAside, Tried
from bot.domain.records import TakenUp


class Tries(Protocol):
    """What happened to a piece of work so far; forgotten once it is done."""

    async def of(self, piece: Piece) -> Tried: ...

    async def begin(self, piece: Piece, unless: int | None = None) -> Tried:
        """What was before. Counted before anything is done, so that a process which dies in it counts.

        It is not begun where `unless` processes or more have died of it.
        """
        ...

    async def ended(self, piece: Piece) -> None:
        """Broken off in good order: no death."""
        ...

    async def failed(self, piece: Piece, *, outside: bool, now: float) -> Tried:
        """Ended by an error; `outside`: by trouble that is none of its own."""
        ...

    async def done(self, piece: Piece) -> None:
        """Nothing need be known of it any more, nor of its being put aside."""
        ...

    def alone(self) -> AbstractAsyncContextManager[None]:
        """For what may kill its process: one such piece at a time in all processes.

        Raises Crowded where another is at it, after a moment.
        """
        ...

    async def settle(self) -> None:
        """Write down now what could not be written when it happened: who lives owes no death."""
        ...


class TakingUp(Protocol):
    """How work on a turn begins."""

    async def take_up(self, piece: Piece, turn_id: str, thread_id: str, unless: int) -> TakenUp:
        """Which reply is to be given next in the thread, so that this turn may have its own.

        To the oldest turn that waits for one; to this one where none does, or it has one. Then the
        piece, which is to give it, is begun as by `Tries.begin`.
        """
        ...


class Aside(Protocol):
    """Work put aside, of all workspaces; under the team "" what belongs to none that is known."""

    async def put(self, entry: PutAside) -> None:
        """Keep it; put aside again, it is one entry."""
        ...

    async def get(self, team: str, aside_id: str) -> PutAside | None: ...

    async def of(self, team: str) -> list[PutAside]:
        """All of a workspace, the newest first."""
        ...

    async def drop(self, team: str, aside_id: str) -> bool:
        """Keep it no longer; whether it was there."""
        ...

    async def forget(self, team: str, ids: Container[str]) -> None:
        """Drop all that is about these users, turns, replies or runs."""
        ...

    async def counts(self) -> dict[str, int]:
        """How many there are of each kind, in all workspaces together."""
        ...

    async def all(self) -> list[PutAside]:
        """Of all workspaces, the newest first."""
        ...
