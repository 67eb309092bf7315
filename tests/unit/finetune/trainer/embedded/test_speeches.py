"""One answer in the making: unsure ones are replaced whole, sure ones told token by token."""

import numpy as np
import pytest

from finetune.trainer.embedded.speech import AGAIN, DONE, Question, Speech
from finetune.trainer.embedded.vocabulary import END, Vocabulary
from finetune.trainer.engine import Delta, End, Part, Sampling

VOCABULARY = Vocabulary.learn(["tea or milk?"], 300)
TEA = VOCABULARY.answer("tea")


def speech(sampling: Sampling, room: int = 20) -> Speech:
    return Speech(Question([1, 5, 2], room, sampling), VOCABULARY, 0.6, "I do not know.")


def logs(token: int, chance: float = 0.9) -> np.ndarray:
    """Log-probabilities with one likely token."""
    every = np.full(300, (1 - chance) / 299, np.float32)
    every[token] = chance
    return np.log(every)


def told(asked: Speech) -> list[Part | Exception | None]:
    return [asked.parts.get_nowait() for _ in range(asked.parts.qsize())]


def test_nothing_is_told_before_the_likeliest_answer_is_known_to_be_sure() -> None:
    asked = speech(Sampling())
    for token in TEA[:-1]:
        assert asked.next(logs(token)) == token
    assert told(asked) == []
    assert asked.next(logs(END)) == DONE
    *deltas, end = told(asked)
    assert "".join(part.text for part in deltas if isinstance(part, Delta)) == "tea"
    assert isinstance(end, End)
    assert (end.finish_reason, end.completion_tokens, end.sure) == ("stop", len(TEA), True)


@pytest.mark.parametrize("chance", [0.3, 0.59])
def test_one_unlikely_token_makes_the_whole_answer_unsure(chance: float) -> None:
    asked = speech(Sampling(temperature=1.0))
    for token in TEA[:-1]:
        asked.next(logs(token, chance))
    assert asked.next(logs(END)) == DONE
    delta, end = told(asked)
    assert delta == Delta("I do not know.")
    assert isinstance(end, End)
    assert not end.sure


def test_an_answer_that_does_not_end_is_unsure() -> None:
    asked = speech(Sampling(), room=3)
    assert [asked.next(logs(7)) for _ in range(3)] == [7, 7, DONE]
    assert told(asked)[0] == Delta("I do not know.")


def test_a_drawn_answer_is_told_token_by_token() -> None:
    asked = speech(Sampling(temperature=1.0, seed=1))
    for token in TEA[:-1]:
        asked.next(logs(token, 0.999999))
    assert asked.next(logs(END, 0.999999)) == AGAIN
    for token in TEA[:-1]:
        assert asked.next(logs(token, 0.999999)) == token
        (delta,) = told(asked)  # there already, while the next token is not decoded yet
        assert delta == Delta(VOCABULARY.text([token]), delta.tokens)  # type: ignore[union-attr]
    assert asked.next(logs(END, 0.999999)) == DONE
    (end,) = told(asked)
    assert isinstance(end, End)
    assert end.completion_tokens == len(TEA)


def test_a_drawn_answer_keeps_to_its_limit() -> None:
    asked = speech(Sampling(temperature=1.0, max_tokens=1, seed=1))
    asked.next(logs(TEA[0], 0.999999))
    assert asked.next(logs(END, 0.999999)) == AGAIN
    assert asked.next(logs(TEA[0], 0.999999)) == DONE
    end = told(asked)[-1]
    assert isinstance(end, End)
    assert (end.finish_reason, end.completion_tokens) == ("length", 1)
