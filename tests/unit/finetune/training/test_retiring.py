"""Models that end: dates in any form, and at which distance people are told."""

import pytest

from finetune.training.retiring import DAY, Retiring, retiring, shutdown_time

NOON = 1_800_000_000.0


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1_800_000_000, NOON),
        ("1800000000", NOON),
        (1_800_000_000_000, NOON),
        ("2027-01-15T08:00:00Z", NOON),
        ("2027-01-15T17:00:00+09:00", NOON),
        ("2027-01-15", NOON - 8 * 3600),
        (None, None),
        (True, None),
        (0, None),
        ("later", None),
        ({}, None),
    ],
)
def test_a_date_is_a_number_of_seconds_or_iso_text(value: object, at: float | None) -> None:
    assert shutdown_time(value) == at


@pytest.mark.parametrize(
    ("days", "threshold"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 14), (7, 7), (2, 7), (1, 1), (0.5, 1), (-1, 0)],
)
def test_the_nearest_threshold_that_is_reached_counts(days: float, threshold: int | None) -> None:
    assert Retiring(model="m", at=NOON + days * DAY).threshold(NOON) == threshold


def test_a_tuned_model_ends_with_its_base_and_the_first_to_end_comes_first() -> None:
    found = retiring(["base", "ft:small:org::1", "lasting"], {"base": 2.0, "small": 1.0})
    assert [(each.model, each.at) for each in found] == [("ft:small:org::1", 1.0), ("base", 2.0)]
