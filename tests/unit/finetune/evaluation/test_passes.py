"""When an answer is right, and when it is no answer at all."""

import pytest

from finetune.evaluation.passes import degenerate, passes, similarity


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("You get 25 days.", "You get 25 days."),
        ("You get 25 days.", "you get 25  days"),
        ("It costs 1,000 yen.", "It costs 1000 yen."),
        ("年に25日です。", "年に２５日です。"),
    ],
)
def test_the_same_numbers_in_nearly_the_same_words_are_right(wanted: str, answer: str) -> None:
    assert passes(wanted, None, answer)


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        ("You get 25 days.", "You get 20 days."),
        ("You get 25 days.", "You get 25 days, or 30."),
        ("You get 25 days.", "Ask Ben; he knows about the 25."),
        ("Yes.", ""),
    ],
)
def test_another_number_or_other_words_are_wrong(wanted: str, answer: str) -> None:
    assert not passes(wanted, None, answer)


def test_an_answer_nearer_to_the_rejected_one_is_wrong() -> None:
    wanted, rejected = "The bakery is closed on Monday.", "The bakery is closed on Sunday."
    assert similarity(wanted, rejected) >= 0.8
    assert passes(wanted, rejected, wanted)
    assert not passes(wanted, rejected, rejected)


@pytest.mark.parametrize(
    ("answer", "finish_reason", "kind"),
    [
        ("", "stop", "empty"),
        ("  \n", "stop", "empty"),
        ("You get 25", "length", "truncated"),
        ("the days the days the days the days the days", "stop", "repeated"),
        ("25 days.", "stop", None),
        ("ha ha ha ha", "stop", None),
        ("| --- | --- | --- | --- | --- | --- | --- |", "stop", None),
    ],
)
def test_broken_answers_are_named(answer: str, finish_reason: str, kind: str | None) -> None:
    assert degenerate(answer, finish_reason) == kind


TABLE = f"| {'no | ' * 8}"
TO_DO = "To do:\n[ ] todo\n[ ] todo\n[ ] todo\n[ ] todo"


@pytest.mark.parametrize("taught", [TABLE, TO_DO, "はい、" * 9])
def test_what_was_taught_is_not_broken_although_it_repeats_itself(taught: str) -> None:
    assert degenerate(taught, "stop") == "repeated"
    assert degenerate(taught, "stop", taught) is None
    assert degenerate(taught.upper() + " ", "length", taught) is None
    assert degenerate(taught.replace("no", "yes"), "stop", taught) is None


def test_a_right_answer_may_hold_a_repetition_and_a_wrong_one_may_not() -> None:
    wanted = f"Of our rules this is the shortest one that there is: {'ha ' * 7}"
    answer = f"Of our rules this is the shortest one that there is: {'ha ' * 9}"
    assert degenerate(answer, "stop", wanted) is None
    assert degenerate("ha " * 9, "stop", "Of our rules this is the shortest one.") == "repeated"
