"""Separators, stop texts and the task are chosen by the old tool's rules."""

import numpy as np
import pytest

from finetune.prepare.case import Letters
from finetune.prepare.classes import Answers, task_of
from finetune.prepare.limits import limit_of
from finetune.prepare.separators import (
    LAST_SEPARATOR,
    LAST_STOP,
    SEPARATORS,
    STOPS,
    Unused,
)


@pytest.mark.parametrize(
    ("prompts", "separator"),
    [
        (["a", "b"], " ->"),
        (["a -> b"], "\n\n###\n\n"),
        (["two\nlines"], "\n\n###\n\n"),
        (["a\n\n###\n\nb"], "\n\n===\n\n"),
        (["".join(SEPARATORS)], LAST_SEPARATOR),
    ],
)
def test_the_first_separator_that_no_prompt_holds_is_taken(
    prompts: list[str], separator: str
) -> None:
    unused = Unused(SEPARATORS, LAST_SEPARATOR)
    unused.add(prompts)
    assert unused.first == separator


@pytest.mark.parametrize(
    ("completions", "stop"),
    [
        (["a"], "\n"),
        (["a\nb"], "."),
        (["a\nb.", "c"], " END"),
        (["".join(STOPS)], LAST_STOP),
    ],
)
def test_the_first_stop_text_that_no_completion_holds_is_taken(
    completions: list[str], stop: str
) -> None:
    unused = Unused(STOPS, LAST_STOP)
    unused.add(completions)
    assert unused.first == stop


@pytest.mark.parametrize(
    ("answers", "task"),
    [("aaaabbbb", "classification"), ("aaabbb", "conditional"), ("abcdef", "conditional")],
)
def test_answers_shared_by_more_than_three_rows_are_classes(answers: str, task: str) -> None:
    numbers = Answers().number(list(answers))
    assert task_of(len(answers), len(answers), np.bincount(numbers), 0) == task


def test_rows_without_prompts_are_open_ended() -> None:
    assert task_of(4, 0, np.array([4]), 0) == "open-ended"


@pytest.mark.parametrize(
    ("texts", "shouted"),
    [
        (["PLEASE ANSWER", "Thank You"], True),
        (["Please answer", "Thank you"], False),
        (["ПРИВЕТ"], True),
        (["東京のAPIとURLとSQLについて教えてください。お願いします。"], False),
    ],
)
def test_capitals_count_where_a_text_has_two_cases(texts: list[str], shouted: bool) -> None:
    letters = Letters()
    letters.add(texts)
    assert letters.mostly_capitals is shouted


def test_a_tuned_model_has_its_bases_limit() -> None:
    assert limit_of("ft:gpt-3.5-turbo-0613:team::abc").tokens == 4096
    assert limit_of("somebody-elses-model").known is False
