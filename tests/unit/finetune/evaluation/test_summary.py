"""The spread of numbers, as Python's statistics and numpy tell it."""

import statistics

import numpy as np
import pytest

from finetune.evaluation.summary import Summary, summary


def test_it_agrees_with_statistics_and_numpy() -> None:
    values = np.random.default_rng(0).integers(0, 500, 101).tolist()
    found = summary(values)
    assert found.mean == pytest.approx(statistics.fmean(values))
    assert found.stdev == pytest.approx(statistics.stdev(values))
    assert (found.median, found.p50) == (statistics.median(values),) * 2
    assert found.p95 == pytest.approx(float(np.percentile(values, 95)))
    assert (found.min, found.max) == (min(values), max(values))


def test_one_number_has_no_deviation_and_none_has_nothing() -> None:
    assert summary([3]).stdev is None
    assert summary([3]).p95 == 3
    assert summary([]) == Summary()
