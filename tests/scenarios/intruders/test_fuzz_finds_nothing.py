"""A short form of `make fuzz`: odd payloads and odd requests, no 5xx, nothing unhandled in the log."""

from pathlib import Path

import pytest

from tests.fuzz.browsing import fuzz_pages
from tests.fuzz.deliveries import fuzz_deliveries
from tests.fuzz.house import house
from tests.fuzz.shapes import shapes

pytestmark = [
    pytest.mark.timeout(170),
    pytest.mark.filterwarnings("ignore"),  # of the generators, about their own internals
]
SEED = 5  # `make fuzz SEED=n` has the others
DELIVERIES, PAGES = 200, 100


def test_odd_requests_are_answered_and_leave_no_exception(redis_url: str, tmp_path: Path) -> None:
    with house(redis_url, tmp_path) as opened:
        delivered = fuzz_deliveries(opened, DELIVERIES, SEED, lambda: None)
        browsed = fuzz_pages(opened, PAGES, SEED, lambda: None)
        kinds = shapes(opened.known)
    assert not delivered.wrong
    assert not browsed.wrong
    assert not opened.log.unhandled()
    assert delivered.answers.total() == DELIVERIES
    assert browsed.answers.total() >= PAGES / 2
    accepted = sum(count for (_, status), count in delivered.answers.items() if status == 200)
    assert accepted > DELIVERIES / 3, "most of it reaches a listener"
    assert len({name for name, _ in delivered.answers}) > len(kinds) / 3
