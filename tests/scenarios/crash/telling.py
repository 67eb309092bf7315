"""Tells a story to its end: the bot dies as planned, lives again, and everything comes to rest."""

import asyncio
import time

from tests.fakes.crashing.reaper import Plan, Point, Side
from tests.fakes.crashing.world import World
from tests.scenarios.crash.stories import Story

PATIENCE = 60.0  # seconds without a death, after which it will not end any more
CLOCKED = ("sweep", "watch")  # what docket does again and again
# What docket's workers do all the time, whatever there is to do.
BACKGROUND = (
    "set apprentice-tasks:perpetual:lock",
    "set apprentice-tasks:leases",
    "zremrangebyscore apprentice-tasks",
    "xgroup",
)


def ours(effect: str) -> bool:
    """What we do, and not docket on its own: it is asked to keep a task."""
    docket_script = effect.startswith("script") and "apprentice:{" not in effect
    if docket_script or "apprentice-tasks:" in effect:
        return ":known:" in effect and not effect.endswith(CLOCKED)
    return True


def after_each(point: Point) -> bool:
    """What one life does before an effect is all that a death before the next one leaves: a death
    after each shows every state that a death can leave, where nothing else is under way."""
    return point.side is Side.AFTER and ours(point.effect)


def of_a_run(point: Point) -> bool:
    """Around what is remote and what is saved; after what others see and the run goes on from."""
    effect = point.effect
    if effect.startswith("provider") or any(word in effect for word in (":run:", ":registry")):
        return ours(effect)
    chief = effect.startswith("slack") or any(word in effect for word in (":known:", ":told:"))
    return effect.startswith("file os.rename") or (after_each(point) and chief)


def everything(effect: str) -> bool:
    """All but what has nothing to do with any task."""
    return not effect.startswith(BACKGROUND)


async def told(story: Story, plan: Plan) -> None:
    """Begin, act while the plan is followed, and wait until nothing moves any more."""
    world = story.world
    await story.begin()
    await at_rest(world)
    world.reaper.arm(plan)
    await _patiently(world, story.act())
    await _patiently(world, _over(story))
    await at_rest(world)
    for _ in range(2):  # nothing comes a second time later
        await world.later()
        await asyncio.sleep(0.1)
        await at_rest(world)
    world.reaper.disarm()


async def _over(story: Story) -> None:
    while not await story.over():
        await asyncio.sleep(0.05)


async def at_rest(world: World) -> None:
    """Every delivery is taken, and every task done."""

    async def resting() -> None:
        calm = 0
        while calm < 3:
            await asyncio.sleep(0.03)
            calm = calm + 1 if await _still(world) else 0

    await _patiently(world, resting())


async def _still(world: World) -> bool:
    await world.reaper.alive()
    if any(d["pending"] for d in [(await world.people.http.get("/sandbox/api/deliveries")).json()]):
        return False
    if await world.redis.xlen("apprentice-tasks:stream"):
        return False
    soon = time.time() + 30
    due = await world.redis.zrangebyscore("apprentice-tasks:queue", "-inf", soon)
    return not [name for name in due if name not in CLOCKED]


async def _patiently(world: World, doing: object) -> None:
    """Until it is done; the patience begins anew with every death."""
    task = asyncio.ensure_future(doing)  # type: ignore[arg-type]
    deaths, since = -1, 0.0
    while not task.done():
        if len(world.reaper.died) != deaths:
            deaths, since = len(world.reaper.died), time.monotonic()
        if time.monotonic() - since > PATIENCE:
            task.cancel()
            died = "\n".join(map(str, world.reaper.died))
            raise AssertionError(f"nothing moves any more; died\n{died}\n{world.log()[-3000:]}")
        await asyncio.wait([task], timeout=0.5)
    task.result()
