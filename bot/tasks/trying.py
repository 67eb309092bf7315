"""Try each piece of work a bounded number of times, then put it aside where an admin sees it.

Two things are no fault of the work: a service behind the bot that is away (judged by time), and a
process that somebody else's work has killed. So whoever was in two processes that died is done
alone from then on, and only what kills again by itself is put aside.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import structlog

from bot.domain.aside import Piece, PutAside, Tried, Why
from bot.domain.ports import Aside, Tries
from bot.errors import BotError, Crowded
from bot.metrics import Metrics

log = structlog.get_logger(__name__)
FAILURES = 5  # errors of its own that a piece may raise
DEATHS = 5  # processes that may die of it
SUSPECT = 2  # deaths after which it is done alone
WORDS = 3  # more processes that may die of saying so
HOURS = 3600.0  # seconds


class TryAgain(BotError):
    """Raised when a piece of work shall be tried again later; its cause says why."""

    foreseen = True  # `logs` leaves its traceback out


@dataclass(frozen=True)
class Limits:
    """`patience`: seconds that a piece waits for services outside; None: for as long as it takes."""

    failures: int = FAILURES
    patience: float | None = 4 * HOURS


USUAL = Limits()
DUTY = Limits(patience=None)  # what must be done some day: removals, the dataset, runs
LastWord = Callable[[Why], Awaitable[bool]]


@dataclass(frozen=True)
class Trying:
    """Counts before and after the work. `outside` tells trouble of other services from bugs."""

    tries: Tries
    aside: Aside
    outside: Callable[[BaseException], bool]
    metrics: Metrics = field(default_factory=Metrics)

    async def __call__(
        self,
        piece: Piece,
        work: Callable[[], Awaitable[None]],
        limits: Limits = USUAL,
        last_word: LastWord | None = None,
        before: Tried | None = None,
    ) -> bool:
        """Whether it was done; False where it was put aside. Raises TryAgain.

        `last_word` says why to who waits for it, and whether it is to be put aside; `before` is what
        `begin` said, where it was asked already.
        """
        if before is None:
            before = await self.tries.begin(piece, unless=SUSPECT)
        if before.deaths < SUSPECT:
            return await self._once(piece, work, limits, last_word)
        async with self._alone(piece):
            if before.deaths >= DEATHS:
                await self._end(piece, Why.DIES, None, before, limits, last_word)
                return False
            await self.tries.begin(piece)
            return await self._once(piece, work, limits, last_word)

    async def put(
        self,
        piece: Piece,
        why: Why,
        error: str,
        tries: int,
        raw: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Put it aside without another try; `raw`: with the message that could not be read."""
        entry = PutAside(
            piece=piece, why=why, error=error, tries=tries, at=time.time(), raw=dict(raw)
        )
        await self.aside.put(entry)
        log.error(
            "put_aside",
            kind=piece.kind,
            team=piece.team,
            aside=entry.aside_id,
            why=why.value,
            error=error,
            tries=tries,
            **{f"of_{name}": value for name, value in piece.arguments.items()},
        )

    @asynccontextmanager
    async def _alone(self, piece: Piece) -> AsyncIterator[None]:
        """Nothing is counted where another has the room: it was not tried."""
        try:
            async with self.tries.alone():
                yield
        except Crowded as error:
            raise TryAgain(piece.kind) from error

    async def _once(
        self,
        piece: Piece,
        work: Callable[[], Awaitable[None]],
        limits: Limits,
        last_word: LastWord | None,
    ) -> bool:
        """It was begun."""
        try:
            await work()
        except Exception as error:
            self.metrics.failed(piece.kind, error)
            outside = self.outside(error)
            so_far = await self.tries.failed(piece, outside=outside, now=time.time())
            if not _over(so_far, limits, outside=outside):
                raise TryAgain(piece.kind) from error
            log.exception("given_up", kind=piece.kind, team=piece.team, key=piece.key)
            why = Why.AWAY if outside else Why.FAILS
            await self._end(piece, why, error, so_far, limits, last_word)
            return False
        except BaseException:
            await self.tries.ended(piece)
            raise
        await self.tries.done(piece)
        return True

    async def _end(
        self,
        piece: Piece,
        why: Why,
        error: Exception | None,
        so_far: Tried,
        limits: Limits,
        last_word: LastWord | None,
    ) -> None:
        """Say the last word, then put it aside; that may kill a process, too."""
        keep = True
        if last_word is not None and so_far.deaths < DEATHS + WORDS:
            keep = await self._said(piece, why, last_word, limits)
        await self.tries.done(piece)
        if keep:
            tries = max(so_far.deaths, so_far.failures)
            await self.put(piece, why, type(error).__name__ if error else "", tries)

    async def _said(self, piece: Piece, why: Why, last_word: LastWord, limits: Limits) -> bool:
        await self.tries.begin(piece)
        try:
            return await last_word(why)
        except Exception as error:
            outside = self.outside(error)
            so_far = await self.tries.failed(piece, outside=outside, now=time.time())
            if outside and not _over(so_far, limits, outside=True):
                raise TryAgain(piece.kind) from error
            log.exception("last_word_not_said", kind=piece.kind, team=piece.team, key=piece.key)
            return True
        except BaseException:
            await self.tries.ended(piece)
            raise


def _over(so_far: Tried, limits: Limits, *, outside: bool) -> bool:
    """Whether it was tried often, or waited for long enough."""
    if not outside:
        return so_far.failures >= limits.failures
    return limits.patience is not None and time.time() - so_far.since > limits.patience
