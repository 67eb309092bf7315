"""One metric decides, by a rule that is said with the result."""

from typing import Any

from finetune.evaluation.judging import Bias
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


def tie(**changes: Any) -> Metric:
    values = {
        "candidate": 0.5,
        "champion": 0.5,
        "difference": 0.0,
        "interval": (0.0, 0.0),
        "p": 1.0,
    }
    return metric("judge", **(values | {"gained": 0, "lost": 0, "n": 300} | changes))


def undecided(cases: int, judged: int = 300) -> Bias:
    return Bias(
        first_chosen=None, disagreements=0, unreadable=2 * cases, judged=judged, undecided=cases
    )


def test_a_judge_whose_replies_cannot_be_read_does_not_decide() -> None:
    loss = metric(candidate=0.0, champion=1.0, difference=-1.0, interval=(-1.0, -1.0))
    found = judgement([tie(), loss], favour=undecided(300))
    assert (found.verdict, found.primary) == (Conclusion.WORSE, "normalised_match")
    assert "600 replies could not be read" in found.reasons[1]
    alone = judgement([tie()], favour=undecided(300))
    assert (alone.verdict, alone.conclusive) == (Conclusion.NOT_WORSE, False)


def test_ties_of_a_judge_that_is_often_undecided_are_not_conclusive() -> None:
    assert judgement([tie()], favour=undecided(0)).conclusive
    found = judgement([tie()], favour=undecided(100))
    assert (found.primary, found.conclusive) == ("judge", False)
    assert found.reasons[-1].endswith("left undecided shows nothing")


def test_no_lost_case_among_few_excludes_no_loss() -> None:
    few = metric(difference=0.0, interval=(0.0, 0.0), p=1.0, gained=0, lost=0, n=100)
    found = judgement([few])
    assert not found.conclusive
    assert "100 cases are too few to exclude a loss of 0.037" in found.reasons[1]
    many = few.model_copy(update={"n": 300})
    assert judgement([many]).conclusive


def test_what_fell_beside_the_metric_that_decides_is_said() -> None:
    fallen = metric(candidate=0.4, difference=-0.1, interval=(-0.18, -0.02))
    found = judgement([metric("judge"), fallen])
    assert found.verdict is Conclusion.BETTER
    assert found.reasons[1].startswith("but normalised_match is lower: ")
