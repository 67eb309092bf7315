"""Which class an answer names, and how likely each was, for labels of one token or more."""

from math import log

import pytest

from finetune.asking.question import Token
from finetune.evaluation.classes import Labels, chances, predicted

CLASSES = ("baseball", "hockey")


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ("baseball", "baseball"), (" Hockey.", "hockey"), ("It is about hockey!", "hockey"),
        ("baseball or hockey", None), ("football", None), ("", None), ("hockeyish", None),
    ],
)  # fmt: skip
def test_an_answer_names_a_class_or_none(answer: str, label: str | None) -> None:
    assert predicted(answer, CLASSES) == label


def test_a_class_within_another_is_told_apart() -> None:
    assert predicted("not spam", ("spam", "not spam")) == "not spam"
    assert predicted("はい。", ("はい", "いいえ")) == "はい"


def token(**rivals: float) -> Token:
    top = tuple((name.replace("_", " "), log(chance)) for name, chance in rivals.items())
    return Token(text=top[0][0], logprob=top[0][1], top=top)


def test_chances_of_labels_of_one_token_sum_to_one() -> None:
    found = chances([token(_hockey=0.6, _baseball=0.2, _the=0.1)], CLASSES)
    assert found == pytest.approx((0.25, 0.75))


def test_upper_case_and_space_before_a_label_are_the_same_label() -> None:
    found = chances([token(Hockey=0.3, _hockey=0.3, _base=0.2)], CLASSES)
    assert found == pytest.approx((0.25, 0.75))


def test_labels_with_a_common_beginning_are_told_apart_where_they_differ() -> None:
    tokens = [token(sports=0.8, other=0.2), token(_a=0.75, _b=0.25)]
    found = chances(tokens, ("sports a", "sports b", "other"))
    assert found == pytest.approx((0.6, 0.2, 0.2))


def test_a_label_that_begins_another_one_is_itself_when_written_whole() -> None:
    found = chances([token(no=0.8, yes=0.2)], ("no", "not sure", "yes"))
    assert found == pytest.approx((0.8, 0.0, 0.2))


def test_no_log_probabilities_are_no_chances() -> None:
    assert chances([], CLASSES) is None
    assert chances([Token(text="hockey", logprob=-0.1)], CLASSES) is None


def test_a_model_that_thinks_of_no_class_is_undecided() -> None:
    assert chances([token(the=0.9)], CLASSES) == (0.5, 0.5)


def labels(*wanted: str | None) -> tuple[str, ...] | None:
    found = Labels()
    for one in wanted:
        found.see(one)
    return found.classes


def test_few_short_answers_that_repeat_are_labels() -> None:
    assert labels(" hockey", "baseball", "hockey", "baseball") == CLASSES
    assert labels("hockey", "hockey", "hockey") is None
    assert labels("a", "b", "c") is None
    assert labels("a", "b", "a", None) is None
    assert labels("x" * 41, "b", "b", "b") is None
    assert labels(*(str(n % 30) for n in range(90))) is None
