"""What the bench of growth says of what it measured: slopes, sizes, and what misses its aim."""

import math
import time
from pathlib import Path
from typing import Any

import pytest

from bench import growth
from bench.growth_runs import passes
from bench.growth_runs.table import Row, slope, steep, table

SIZES = (1_000, 10_000, 100_000)


def grown(operation: str, power: float) -> list[Row]:
    """Rows of an operation of which one costs this power of what is kept."""
    return [Row(operation, size, 0.001 * (size / 1_000) ** power) for size in SIZES]


def found(**groups: list[Row]) -> dict[str, Any]:
    """As it is read back from JSON."""
    told = {title.replace("_", " "): [list(row) for row in each] for title, each in groups.items()}
    return {"most": 100_000, "stored": [["usual", 1000.0, 1700.0]], "groups": told}


@pytest.mark.parametrize("power", [-0.1, 0.0, 0.5, 1.0])
def test_the_slope_is_that_of_all_operations_together(power: float) -> None:
    assert slope(grown("vote", power), lambda row: row.seconds) == pytest.approx(1 + power)


def test_one_size_has_no_slope() -> None:
    [row, *_] = grown("vote", 0.0)
    assert slope([row], lambda row: row.seconds) is None
    assert "| vote | 1 ms |  |" in table([row])


def test_what_grows_faster_than_in_a_straight_line_is_named() -> None:
    page = growth.markdown(
        found(stores=[*grown("vote", 0.0), *grown("list", 0.3)], passes=grown("search", 1.0))
    )
    assert "Steeper than 1.1: list (stores), search (passes)." in page
    assert "| list | 1 ms | 2 ms | 3.98 ms | 1.30 (too steep) |" in page
    assert "| vote | 1 ms | 1 ms | 1 ms | 1.00 |" in page
    assert "1,700 B | 1.70" in page


def test_it_says_so_where_nothing_grows_faster() -> None:
    assert "Steeper than 1.1: none." in growth.markdown(found(stores=grown("vote", 0.0)))


def test_memory_that_grows_counts_as_time_does() -> None:
    rows = [Row("snapshot", size, 0.001, 1e6 * size) for size in SIZES]
    assert steep(rows) == ["snapshot"]


def test_the_claims_are_the_sizes_and_the_steepest_of_each_group() -> None:
    told = growth.claims(
        found(all_stores=[*grown("vote", 0.0), *grown("list", 0.3)], passes=grown("export", 0.05))
    )
    assert [(each.what, each.found, each.met) for each in told] == [
        ("usual in Redis / JSON", "1.7", False),
        ("steepest slope, all stores: list", "1.3", False),
        ("steepest slope, passes: export", "1.05", True),
    ]


def test_there_is_a_picture_for_each_that_the_page_shows(tmp_path: Path) -> None:
    told = found(all_stores=grown("vote", 0.0))
    growth.draw(told, tmp_path)
    [picture] = tmp_path.iterdir()
    assert f"(pictures/bench/{picture.name})" in growth.markdown(told)


def test_few_questions_at_once_are_asked_of_fewer_cases() -> None:
    assert passes.asked(10_000) == {1: 250, 4: 1_000, 16: 4_000, 64: 10_000}
    assert set(passes.asked(100).values()) == {100}


@pytest.mark.anyio
async def test_a_pass_that_hangs_or_fails_is_named_and_the_others_are_kept() -> None:
    nowhere = "redis://127.0.0.1:1"
    hanging = passes.Found(ends=time.monotonic())
    await hanging.add("export", nowhere, 1_000)
    assert (hanging.rows, hanging.missing) == ([], ["export over 1,000: no time left for it"])
    failing = passes.Found(math.inf)
    await failing.add("export", nowhere, 1_000)
    assert failing.missing == ["export over 1,000: it failed"]
    told = found(stores=grown("vote", 0.0)) | {"missing": [*hanging.missing, *failing.missing]}
    named = (
        "**Not measured**: export over 1,000: no time left for it; export over 1,000: it failed."
    )
    assert named in growth.markdown(told)
    assert not growth.claims(told)[-1].met
