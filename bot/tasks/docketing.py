"""How docket tries again, and what it does with tasks that no function here can take.

`Trying` bounds what the work itself does. What fails before that, in docket's own hands (arguments
of another version, a name that nobody here knows), is bounded by `Again`.
"""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from inspect import signature
from typing import Any, Self

import structlog
from docket import CurrentExecution, ExponentialRetry, Perpetual
from docket.dependencies import TaskOutcome
from docket.execution import Execution

from bot.domain.aside import Argument, Piece, Why
from bot.errors import BotError, Crowded
from bot.tasks.trying import TryAgain, Trying

log = structlog.get_logger(__name__)
SOON, LATE = timedelta(seconds=1), timedelta(seconds=60)
CROWDED = timedelta(seconds=3)  # until a piece looks again whether there is room to do it alone
IDS = ("team", "channel", "ts", "thread_ts", "user", "at", "gone")  # of a message that corrects
ELSEWHERE = 20  # tries before a name is known to nobody: a quarter of an hour of a rolling deploy
Task = Callable[..., Awaitable[None]]


class UnknownWork(BotError):
    """Raised when a task of a newer or an older version of the bot is queued."""


@dataclass(frozen=True)
class Bounds:
    """When docket itself gives up: after so many failures that `Trying` never saw."""

    trying: Trying
    failures: int = 5
    why: Why = Why.FAILS


class Again(ExponentialRetry):
    """Tries again for as long as `Trying` asks for it; anything else only so often."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(attempts=None, minimum_delay=SOON, maximum_delay=LATE)
        self.bounds = bounds

    async def __aenter__(self) -> Self:
        """One for this execution, with the pause that its number asks for."""
        counted = await super().__aenter__()
        mine = type(self)(self.bounds)
        mine.attempt, mine.delay = counted.attempt, counted.delay
        return mine

    async def handle_failure(self, execution: Execution, outcome: TaskOutcome) -> bool:
        """Queue another try, or put the task aside: then docket is told that it is over."""
        error, bounds = outcome.exception, self.bounds
        asked = isinstance(error, TryAgain) or (error and bounds.trying.outside(error))
        most = bounds.failures if _fits(execution) else max(bounds.failures, ELSEWHERE)
        if not asked and execution.attempt >= most and await self._put(execution, error):
            return False
        if isinstance(error, TryAgain) and isinstance(error.__cause__, Crowded):
            self.delay = CROWDED * random.uniform(0.5, 1.5)  # noqa: S311  # no secret
        return await super().handle_failure(execution, outcome)

    async def _put(self, execution: Execution, error: BaseException | None) -> bool:
        """Whether it is over; where it cannot be put aside it is tried again, and not lost."""
        if not execution.args and not execution.kwargs:
            return True  # by the clock: it comes again by itself
        trying, why = self.bounds.trying, self.bounds.why
        try:
            await trying.put(piece_of(execution), why, type(error).__name__, execution.attempt)
        except Exception as trouble:
            if trying.outside(trouble):
                raise
            log.exception("not_put_aside", kind=execution.function_name, key=execution.key)
            return False
        return True


class OnceMore(Perpetual):
    """Queues a task that was done once more behind all others, where it asks for that."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = False

    async def __aenter__(self) -> Self:
        """One for this execution."""
        began = await super().__aenter__()
        mine = type(self)()
        mine.args, mine.kwargs = began.args, began.kwargs
        return mine

    def ask(self) -> None:
        """Not all is done that the task was queued for."""
        self.wanted = True

    async def on_complete(self, execution: Execution, outcome: TaskOutcome) -> bool:
        """Docket asks when it is over; one that failed is left to `Again`."""
        return self.wanted and await super().on_complete(execution, outcome)


def piece_of(execution: Execution, **arguments: Argument) -> Piece:
    """What a task is about: these arguments, or all it was queued with that cannot be words.

    Its key, where nothing of that can be told.
    """
    given = arguments or _ids_of(execution) or {"key": execution.key}
    return Piece(
        kind=execution.function_name,
        team=str(given.get("team", "")),
        key=execution.key,
        arguments=given,
    )


def _ids_of(execution: Execution) -> dict[str, Argument]:
    """By name, also where they were queued by position; of a message only where it stands."""
    try:
        bound = signature(execution.function).bind_partial(*execution.args, **execution.kwargs)
        named = {**bound.arguments, **bound.arguments.get("kwargs", {})}
    except TypeError:  # of another version
        named = execution.kwargs
    message = named.get("message")
    if isinstance(message, str):
        named = {**_of_message(message), **named}
    return {
        name: value
        for name, value in named.items()
        if name != "message" and isinstance(value, str | float | int)
    }


def _of_message(message: str) -> dict[str, Argument]:
    try:
        said = json.loads(message)
    except ValueError:
        return {}
    known = said if isinstance(said, dict) else {}
    return {name: known[name] for name in IDS if name in known}


def _fits(execution: Execution) -> bool:
    """Whether the function takes such arguments; another version's may."""
    try:
        signature(execution.function).bind(*execution.args, **execution.kwargs)
    except TypeError:
        return False
    return True


def unknown_work(trying: Trying) -> Task:
    """For tasks of a name that is not registered here: left to others for a while."""

    async def unknown(
        *args: Any,  # noqa: ARG001
        execution: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = Again(Bounds(trying, ELSEWHERE, Why.UNKNOWN)),  # noqa: ARG001, B008
        **kwargs: Any,  # noqa: ARG001
    ) -> None:
        log.warning("work_unknown", kind=execution.function_name, attempt=execution.attempt)
        raise UnknownWork(execution.function_name)

    return unknown
