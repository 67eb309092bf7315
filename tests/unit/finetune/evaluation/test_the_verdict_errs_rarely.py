"""How often the verdict is wrong, over seeded sets of cases whose truth is known."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from finetune.evaluation import paired
from finetune.evaluation.duel import measured
from finetune.evaluation.verdict import judgement

SETS = 200
Rows = list[tuple[float, ...]]
Verdicts = Counter[tuple[str, bool]]


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paired, "RESAMPLES", 400)


def matches(dice: np.random.Generator, gain: float, cases: int) -> Rows:
    """Right or wrong: one case of ten is won and one lost, and `gain` more of them."""
    won, lost = 0.1 + max(gain, 0), 0.1 + max(-gain, 0)
    kinds = dice.choice(4, cases, p=[won, lost, 0.5, 0.5 - won - lost])
    return [((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0))[kind] for kind in kinds]


def numbers(dice: np.random.Generator, gain: float, cases: int) -> Rows:
    """A number for each case, as chrF is one."""
    champion = dice.normal(0.5, 0.15, cases)
    return list(zip(champion + dice.normal(gain, 0.15, cases), champion, strict=True))


def verdicts(rows: Callable[..., Rows], gain: float, cases: int) -> Verdicts:
    name = "normalised_match" if rows is matches else "chrf"
    found: Verdicts = Counter()
    for seed in range(SETS):
        drawn = rows(np.random.default_rng([seed, cases]), gain, cases)
        said = judgement(measured({name: drawn}, {"normalised_match"}, seed))
        found[said.verdict.value, said.conclusive] += 1
    return found


@pytest.mark.parametrize("rows", [matches, numbers])
@pytest.mark.parametrize("cases", [10, 50, 300])
def test_a_candidate_that_is_no_better_is_called_better_in_one_of_twenty_at_most(
    rows: Callable[..., Rows], cases: int
) -> None:
    assert verdicts(rows, 0.0, cases)["better", True] <= 0.05 * SETS
    worse = verdicts(rows, -0.1, cases)
    assert worse["better", True] == 0
    assert worse["not_worse", True] <= 0.025 * SETS


@pytest.mark.parametrize("rows", [matches, numbers])
def test_ten_points_are_found_in_three_hundred_cases(rows: Callable[..., Rows]) -> None:
    assert verdicts(rows, 0.1, 300)["better", True] >= 0.85 * SETS
    assert verdicts(rows, -0.1, 300)["worse", True] >= 0.8 * SETS
