"""One metric decides, by a rule that is said with the result."""

from typing import Any

from finetune.evaluation.verdict import Conclusion, Metric, judgement, primary


def metric(name: str = "normalised_match", **changes: Any) -> Metric:
    values = {
        "name": name, "candidate": 0.6, "champion": 0.5, "difference": 0.1,
        "interval": (0.02, 0.18), "p": 0.01, "gained": 20, "lost": 5, "n": 100,
    }  # fmt: skip
    return Metric.model_validate(values | changes)


def test_a_significant_gain_is_better() -> None:
    found = judgement([metric()])
    assert (found.verdict, found.conclusive) == (Conclusion.BETTER, True)


def test_a_significant_loss_is_worse() -> None:
    found = judgement([metric(difference=-0.1, interval=(-0.18, -0.02))])
    assert (found.verdict, found.conclusive) == (Conclusion.WORSE, True)


def test_a_loss_above_the_margin_is_worse_though_not_proven() -> None:
    found = judgement([metric(difference=-0.05, interval=(-0.2, 0.1), p=0.4)])
    assert (found.verdict, found.conclusive) == (Conclusion.WORSE, False)
    assert "may be chance" in found.reasons[-1]


def test_a_loss_within_the_margin_is_not_worse() -> None:
    found = judgement([metric(difference=-0.01, interval=(-0.015, 0.01), p=0.4)])
    assert (found.verdict, found.conclusive) == (Conclusion.NOT_WORSE, True)
    assert "is excluded" in found.reasons[1]


def test_too_few_cases_are_said_to_be_too_few() -> None:
    found = judgement([metric(p=0.25, n=3, interval=(0.0, 1.0), difference=1.0)])
    assert (found.verdict, found.conclusive) == (Conclusion.NOT_WORSE, False)
    assert found.reasons[-1].startswith("3 cases say little")
    found = judgement([metric(p=0.5, interval=(-0.1, 0.2), difference=0.05)])
    assert "too few to exclude a loss of 0.100" in found.reasons[1]
    assert not found.conclusive


def test_the_bootstrap_of_a_few_cases_is_not_trusted() -> None:
    found = judgement([metric("chrf", gained=None, lost=None, p=0.0002, n=3)])
    assert found.verdict is Conclusion.NOT_WORSE


def test_which_metric_decides() -> None:
    match, chrf, rule = metric(), metric("chrf"), metric("lines=3")
    assert primary([metric("judge"), match, chrf]).name == "judge"
    assert primary([match, chrf, rule]).name == "normalised_match"
    hopeless = metric(candidate=0.05, champion=0.0)
    assert primary([hopeless, chrf]).name == "chrf"
    assert primary([rule]).name == "lines=3"
    assert primary([match, metric("accuracy", candidate=0.0, champion=0.0)]).name == "accuracy"
