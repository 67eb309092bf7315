"""kill -9 of the bot at what it does to the world, before and after it: the end is the same, once.

Here one life after the other ends at another effect of one story; `make crash` tells each story anew
for each effect, before it and after it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from tests.fakes.crashing.reaper import Point, Reaper, Side, at, everywhere, nowhere
from tests.fakes.crashing.ward import Nursery
from tests.fakes.crashing.world import crashing
from tests.scenarios.crash.stories import (
    STORIES,
    Correction,
    OptOut,
    Retraining,
    Story,
)
from tests.scenarios.crash.telling import after_each, everything, of_a_run, told

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]
OFTEN = 3  # times that the same kind of effect is died of, each in a story of its own
EACH = [
    pytest.param(Story, after_each, id="a turn"),
    pytest.param(Correction, after_each, id="a correction"),
    pytest.param(OptOut, after_each, id="an opt-out"),
    pytest.param(Retraining, of_a_run, id="a run"),
]


@pytest.mark.parametrize(("kind", "worth"), EACH)
async def test_killed_at_one_effect_after_the_other_it_happens_once(
    kind: type[Story],
    worth: Callable[[Point], bool],
    ward: Nursery,
    redis_url: str,
    tmp_path: Path,
) -> None:
    async with crashing(ward, redis_url, tmp_path, files=True) as world:
        story = kind(world)
        await told(story, everywhere(worth))
        assert len(world.reaper.died) >= 5, world.reaper.died
        await story.audit()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("kind", STORIES, ids=lambda kind: kind.__name__)
async def test_killed_once_at_any_single_effect_it_happens_once(
    kind: type[Story], ward: Nursery, redis_url: str, tmp_path: Path
) -> None:
    """Only with --every-crash-point: minutes."""
    async with crashing(ward, redis_url, _folder(tmp_path, 0), files=True) as world:
        story = kind(world)
        await told(story, nowhere)
        await story.audit()
        points = _points(world.reaper)
    survived, failed = 0, []
    for number, point in enumerate(points, start=1):
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
        async with crashing(ward, redis_url, _folder(tmp_path, number), files=True) as world:
            story = kind(world)
            try:
                await told(story, at(point))
                await story.audit()
                survived += len(world.reaper.died)
            except AssertionError as error:
                failed.append(f"{point}: {error}"[:400])
    print(f"\n{kind.__name__}: {len(points)} points, {survived} deaths survived, {len(failed)} not")
    assert not failed, "\n".join(failed)


def _points(reaper: Reaper) -> list[Point]:
    """Of what was done undisturbed."""
    numbers: dict[str, int] = {}
    for effect in filter(everything, reaper.done):
        numbers[effect] = numbers.get(effect, 0) + 1
    return [
        Point(effect, side, number)
        for effect, often in numbers.items()
        for number in range(min(often, OFTEN))
        for side in Side
        if side is Side.BEFORE or not effect.startswith("file ")
    ]


def _folder(tmp_path: Path, number: int) -> Path:
    folder = tmp_path / str(number)
    folder.mkdir()
    return folder
