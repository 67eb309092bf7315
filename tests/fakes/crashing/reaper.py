"""Counts what a process does to the world, and kills it where the plan says."""

import asyncio
import os
import re
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol

# What differs from one time to the next: ids, times, hashes.
_VARIES = (
    re.compile(r"(?<=draft-)\w+"),
    re.compile(r"run-\d{6}-[0-9a-f]{8}"),
    re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"),
    re.compile(r"[0-9a-f]{16,}"),
    re.compile(r"\bEv[0-9A-Z]+\b"),
    re.compile(r"\b[A-Z][0-9A-Z]{8,}\b"),
    re.compile(r"\d{2,}(?:\.\d+)?"),
)


class Side(StrEnum):
    """Of an effect."""

    BEFORE = "before"
    AFTER = "after"


class Point(NamedTuple):
    """One place to die at: the `number`-th time (from 0) that something is done."""

    effect: str
    side: Side
    number: int = 0

    def __str__(self) -> str:
        return f"{self.side} {self.effect}" + (f" ({self.number + 1})" if self.number else "")


class Plan(Protocol):
    """Where to die."""

    def __call__(self, point: Point) -> bool: ...


def nowhere(_point: Point) -> bool:
    """Nobody dies."""
    return False


def at(wanted: Point) -> Plan:
    """Once, at one point."""
    left = [wanted]

    def plan(point: Point) -> bool:
        if point in left:
            left.remove(point)
            return True
        return False

    return plan


def everywhere(worth: Callable[[Point], bool]) -> Plan:
    """Before and after every kind of effect that is `worth` it, once each."""
    been: set[tuple[str, Side]] = set()

    def plan(point: Point) -> bool:
        place = (point.effect, point.side)
        if place in been or not worth(point):
            return False
        been.add(place)
        return True

    return plan


def name_of(effect: str) -> str:
    """The kind of an effect: without what differs from one time to the next."""
    for varies in _VARIES:
        effect = varies.sub("#", effect)
    return effect


@dataclass
class Reaper:
    """`begin` again where the dead stood is called after each death."""

    again: Callable[[], Awaitable[int]]
    plan: Plan = nowhere
    pid: int | None = None
    done: list[str] = field(default_factory=list)  # effects in their order
    died: list[Point] = field(default_factory=list)
    armed: bool = False
    _counts: Counter[tuple[str, Side]] = field(default_factory=Counter)
    _living: asyncio.Event = field(default_factory=asyncio.Event)
    _raising: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """The first life."""
        self.pid = await self.again()
        self._living.set()

    def arm(self, plan: Plan) -> None:
        """From now on effects are counted, and the plan is followed."""
        self.plan, self.armed = plan, True
        self.done.clear()
        self._counts.clear()

    def disarm(self) -> None:
        self.armed = False

    async def alive(self) -> None:
        """Wait until whoever died lives again."""
        await self._living.wait()

    async def dies(self, effect: str, side: Side) -> bool:
        """Whether the process was killed for it; then nobody needs an answer."""
        if not self.armed or self.pid is None:
            return self.pid is None
        effect = name_of(effect)
        if side is Side.BEFORE:
            self.done.append(effect)
        number = self._counts[effect, side]
        self._counts[effect, side] += 1
        point = Point(effect, side, number)
        if not self.plan(point):
            return False
        self.died.append(point)
        await self.kill()
        return True

    async def kill(self) -> None:
        """No goodbye; a new life begins in the background."""
        pid, self.pid = self.pid, None
        self._living.clear()
        if pid is not None:
            await killed(pid)
        self._raising = asyncio.create_task(self._raise())

    async def _raise(self) -> None:
        self.pid = await self.again()
        self._living.set()

    async def stop(self) -> None:
        """The last life ends, too."""
        self.disarm()
        if self._raising is not None:
            await self._raising
        if self.pid is not None:
            await killed(self.pid)
        self.pid = None


async def killed(pid: int) -> None:
    """Kill it, and wait until it is gone: its nursery reaps it at once."""
    try:
        os.kill(pid, signal.SIGKILL)
        while True:
            os.kill(pid, 0)
            await asyncio.sleep(0.002)
    except ProcessLookupError:
        return
