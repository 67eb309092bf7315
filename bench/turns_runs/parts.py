"""The parts of the bench of turns, each with one contender that is up."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from bench.turns_runs import audit
from bench.turns_runs.contenders import Running
from bench.turns_runs.load import Delivered, Load
from bench.turns_runs.stand_in import World

END = 15.0  # seconds after the last delivery for the last answer
KILL_EVERY, KILL_RATE, COMES_BACK = 3.0, 10.0, 60.0
# Seconds after the last delivery in which a rate that is kept up is answered: an answer's own and a
# look, and of a backlog so much for each second of load.
AFTER, BACKLOG = 0.6, 0.1
STEPS = (5, 10, 15, 20, 25, 32, 40, 50, 64, 80, 100, 125, 160, 200)  # turns a second
BEHIND = 0.25  # seconds: a load that late does not say anything of the bot
Json = dict[str, Any]


async def steady(stage: World, running: Running, rate: float, turns: int) -> Json:
    """At a steady rate: times, fates, and what it cost, in seconds for 1,000 turns."""
    await stage.forget()
    meters = (running.processor, running.database_processor, stage.processor, time.process_time)
    before, began = [meter() for meter in meters], time.monotonic()
    delivered, peak = await _watched(Load(running.urls, rate, turns), running)
    taken = _taken(delivered)
    seen = await stage.settled(taken, END, quiet=0.5)
    spent = [meter() - then for meter, then in zip(meters, before, strict=True)]
    took, times = time.monotonic() - began, audit.times(delivered, seen)
    return {
        **{name: audit.spread(values) for name, values in times.items()},
        **{f"{name}_curve": audit.curve(values) for name, values in times.items()},
        "cpu_s": round(spent[0] / turns * 1000, 1),
        "database_cpu_s": round(spent[1] / turns * 1000, 1),
        "memory_mib": round(peak),
        "database_mib": round(running.database_memory()),
        "slack_calls": round(sum(seen["calls"].values()) / turns, 1),
        "world_share": round(spent[2] / took, 2),
        "load_share": round(spent[3] / took, 2),
        "load_late_ms": round(max(each.late for each in delivered) * 1000, 1),
        **_fates(taken, seen),
        "refused": turns - len(taken),
    }


def _taken(delivered: Sequence[Delivered]) -> list[str]:
    """The marks of those that were acknowledged; Slack gives up the others."""
    return [each.mark for each in delivered if each.ack is not None]


def _fates(marks: list[str], seen: Json) -> Json:
    return {**audit.fate(marks, seen["texts"])._asdict(), "besides": audit.besides(seen["texts"])}


async def _watched(load: Load, running: Running) -> tuple[list[Delivered], float]:
    """The deliveries, and the most memory that the bot had meanwhile, in MiB."""
    work, peak = asyncio.create_task(load.deliver()), running.memory()
    while not work.done():
        await asyncio.wait([work], timeout=0.5)
        peak = max(peak, running.memory())
    return await work, peak


async def twice(stage: World, running: Running, turns: int) -> Json:
    """Every delivery a second time."""
    await stage.forget()
    delivered = await Load(running.urls, 10.0, turns, twice=True).deliver()
    marks = [each.mark for each in delivered]
    return _fates(marks, await stage.settled(marks, END, quiet=2.0, lost=5.0))


async def killed(stage: World, running: Running, turns: int) -> Json:
    """Killed without a word every few seconds while questions come, and started again at once.

    Counted are questions that were taken in the end: Slack gives up the others, `refused`. What keeps
    anything gets a minute to come back to it; what keeps nothing never does.
    """
    await stage.forget()
    work = asyncio.create_task(Load(running.urls, KILL_RATE, turns).deliver())
    last = time.monotonic() + turns / KILL_RATE
    while time.monotonic() < last:
        await asyncio.sleep(KILL_EVERY)
        await running.kill()
        await running.start()
    delivered = await work
    taken, ended = _taken(delivered), time.monotonic()
    lost = COMES_BACK if running.contender.keeps else 5.0
    seen = await stage.settled(taken, COMES_BACK, quiet=2.0, lost=lost)
    after = round(time.monotonic() - ended, 1)
    return {**_fates(taken, seen), "refused": turns - len(taken), "settled_s": after}


async def highest(
    stage: World, running: Running, seconds: float, steps: Sequence[float] = STEPS
) -> Json:
    """The highest rate at which each is taken at once and answered whole soon after the last came.

    By halves among the steps, as what is kept up at one rate is kept up at a lower one.
    """
    low, high = 0, len(steps)
    limit = "nothing higher was tried"
    while low < high:
        middle = (low + high) // 2
        why = await _falls_behind(stage, running, steps[middle], seconds)
        low, high = (low, middle) if why else (middle + 1, high)
        limit = why or limit
    return {"rate": steps[low - 1] if low else 0, "limit": limit}


async def _falls_behind(stage: World, running: Running, rate: float, seconds: float) -> str:
    """What went wrong at this rate; empty when nothing did."""
    await stage.forget()
    delivered = await Load(running.urls, rate, int(rate * seconds), again=()).deliver()
    marks, after = [each.mark for each in delivered], AFTER + BACKLOG * seconds
    seen = await stage.settled(marks, after, quiet=0.0, lost=after)
    why = ""
    if audit.fate(marks, seen["texts"]).once < len(marks):
        why = "answers come late"
        await stage.settled(marks, END, lost=2.0)  # so that nothing of this comes into the next
    if len(_taken(delivered)) < len(delivered):
        why = "deliveries are not taken in time"
    if max(each.late for each in delivered) > BEHIND and why:
        why = "the load itself is late"
    return why
