"""How a process hears that it shall stop: SIGTERM from an orchestrator, SIGINT from a keyboard."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stop:
    """`told` is set by either; `at_once` by a keyboard: nobody is to be waited for before the end."""

    told: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: asyncio.Event = field(default_factory=asyncio.Event)

    async def or_first(self, *tasks: "asyncio.Task[None]") -> None:
        """Until one of them is over, or the process is told to stop."""
        await _either(self.told, *tasks)

    async def pause(self, seconds: float, *tasks: "asyncio.Task[None]") -> None:
        """So long, unless it shall be at once or one of them is over."""
        if seconds > 0:
            await _either(self.at_once, *tasks, timeout=seconds)


@contextmanager
def told_to_stop() -> Iterator[Stop]:
    """Listens to the signals. A second Ctrl-C does not wait for what is under way."""
    stop, loop = Stop(), asyncio.get_running_loop()

    def heard(number: signal.Signals) -> None:
        stop.told.set()
        if number is signal.SIGINT:
            stop.at_once.set()
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, heard, number)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _either(
    event: asyncio.Event, *tasks: "asyncio.Task[None]", timeout: float | None = None
) -> None:
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait([*tasks, waiting], timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
