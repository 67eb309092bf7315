"""What a difference is worth: exact tests, and intervals that hold what they say."""

import numpy as np
import pytest
from scipy.stats import binomtest

from finetune.evaluation import paired
from finetune.evaluation.paired import bootstrap, lowest_difference, mcnemar


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (1, 0), (5, 1), (30, 12), (7, 7), (900, 820)])
def test_mcnemar_is_the_exact_two_sided_binomial(gained: int, lost: int) -> None:
    total = gained + lost
    expected = binomtest(gained, total, 0.5).pvalue if total else 1.0
    assert mcnemar(gained, lost) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(lost, gained) == mcnemar(gained, lost)


def test_the_interval_of_a_mean_is_the_one_of_theory() -> None:
    values = np.random.default_rng(1).normal(0.3, 1.0, 400)
    (found,) = bootstrap([values.tolist()])
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - half, abs=0.01)
    assert found.high == pytest.approx(values.mean() + half, abs=0.01)
    assert found.p < 0.05


def test_the_same_seed_gives_the_same_interval_whatever_fits_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [[0.0, 1.0, -1.0, 0.5], [1.0, 0.0, 0.0, 0.0]]
    found = bootstrap(rows, seed=3)
    assert bootstrap(rows, seed=3) == found
    assert bootstrap(rows, seed=4) != found
    monkeypatch.setattr(paired, "AT_ONCE", 16)
    small = bootstrap(rows, seed=3)
    assert [one.low for one in small] == pytest.approx([one.low for one in found], abs=0.1)


def test_no_difference_is_no_finding() -> None:
    (found,) = bootstrap([[0.0] * 50])
    assert found == (0.0, 0.0, 1.0)


def test_many_cases_get_fewer_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paired, "DRAWS", 1000)
    (found,) = bootstrap([[1.0, 0.0] * 500])
    assert 0.4 < found.low < 0.5 < found.high < 0.6


def test_the_score_interval_is_the_one_of_its_closed_forms() -> None:
    z2 = 1.959964**2  # Tango 1998 at its ends: no case differs, or all are won, or all lost
    assert lowest_difference(0, 0, 100) == pytest.approx(-z2 / (100 + z2))
    assert lowest_difference(50, 0, 50) == pytest.approx((50 - z2) / (50 + z2))
    assert lowest_difference(0, 50, 50) == pytest.approx(-1.0)
    assert lowest_difference(30, 12, 100) == pytest.approx(0.055, abs=0.001)
