"""The highest rate that is kept up is found by halves, and told with what went wrong above it."""

from typing import Any

import pytest

from bench.turns_runs import parts

pytestmark = pytest.mark.anyio
STEPS = (5, 10, 15, 20, 25)


@pytest.mark.parametrize(
    ("capacity", "rate", "limit"),
    [
        (3, 0, "answers come late"),
        (5, 5, "answers come late"),
        (17, 15, "answers come late"),
        (24, 20, "answers come late"),
        (99, 25, "nothing higher was tried"),
    ],
)
async def test_the_highest_of_the_steps(
    monkeypatch: pytest.MonkeyPatch, capacity: float, rate: float, limit: str
) -> None:
    tried: list[float] = []

    async def behind(_stage: Any, _running: Any, step: float, _seconds: float) -> str:
        tried.append(step)
        return "answers come late" if step > capacity else ""

    monkeypatch.setattr(parts, "_falls_behind", behind)
    nothing: Any = None
    found = await parts.highest(nothing, nothing, 1.0, STEPS)
    assert found == {"rate": rate, "limit": limit}
    assert len(tried) <= 3
