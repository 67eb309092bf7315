"""The short form of `make chaos`: web, worker and Valkey are killed, and nothing is lost or doubled."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import plan
from tests.chaos.plan import VALKEY, WEB, worker_names
from tests.chaos.play import Performance, performance

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(420)]
TURNS = 40


@pytest.fixture
def stage_folder() -> Iterator[Path]:
    """With a path so short that a socket fits."""
    with tempfile.TemporaryDirectory(prefix="chaos-", dir="/tmp") as folder:
        yield Path(folder)


async def test_nothing_acknowledged_is_lost_or_doubled_while_everything_is_killed(
    stage_folder: Path,
) -> None:
    script = plan.write(seed=20, turns=TURNS)
    async with performance(script, stage_folder) as played:
        await played.play(patience=120)
        assert {check.promise: check.broken for check in played.checks if check.broken} == {}
        _had_something_to_look_at(played)


def _had_something_to_look_at(played: Performance) -> None:
    """An audit of nothing finds nothing."""
    parts = played.stage.parts
    assert all(parts[name].kills for name in (WEB, VALKEY, *worker_names(played.script.workers)))
    assert played.stage.kills >= 4
    looked = {check.promise: check.looked for check in played.checks}
    assert looked["no acknowledged turn is lost"] > TURNS // 2
    assert looked["each vote and correction is kept once, its last value"] > 5
    assert played.load.retraining.started == 1
