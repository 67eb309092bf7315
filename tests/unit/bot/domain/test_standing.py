"""Shares of votes with what may be said about them."""

import pytest

from bot.domain.standing import Total, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # from the closed form, as scipy's binomtest(...).proportion_ci(method="wilson") gives them
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (73, 81, 0.8170, 0.9491), (1, 2, 0.0945, 0.9055)],
)
def test_wilsons_interval(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-4)


def test_without_votes_there_is_no_rate() -> None:
    assert Total(answers=5).rate is None
    assert Total(answers=5).interval is None
    assert Total().correction_rate is None
