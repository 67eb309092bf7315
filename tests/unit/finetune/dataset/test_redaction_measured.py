"""How much redaction finds of a labelled set, and how little it takes out of ordinary text."""

import time

import pytest

from finetune import mask_secrets, redact
from tests.redaction_set import KINDS, LANGUAGES, Score, measured, sentences

# What a change of the patterns may not fall below; `bench/redaction.py` prints what they reach.
RECALL = dict.fromkeys(KINDS, 0.97) | {"address": 0.9, "host": 0.9, "phone": 0.95}
PRECISION = 0.97
LENGTH = 60_000  # letters; a message in Slack has at most 40,000
CEILING = 30.0  # seconds of the processor; it takes about half a second


@pytest.fixture(scope="module")
def scores() -> dict[tuple[str, str], Score]:
    return measured(redact)


def test_the_set_is_as_large_as_it_says() -> None:
    found = list(sentences())
    assert sum(len(sentence.spans) for sentence in found) >= 400
    assert sum(1 for sentence in found if not sentence.spans) >= 300


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found(scores: dict[tuple[str, str], Score], language: str, kind: str) -> None:
    score = scores[language, kind]
    assert score.labels >= 5
    assert score.recall >= RECALL[kind], score.missed
    assert score.precision >= PRECISION, score.wrong


def test_what_only_looks_like_it_stays() -> None:
    plain = [sentence.text for sentence in sentences() if not sentence.spans]
    assert [text for text in plain if redact(text) != text] == []


def test_of_odder_ways_to_write_it_most_are_found_and_nothing_else_is() -> None:
    odd = measured(redact, lambda _: True, "unseen").values()
    assert sum(score.found for score in odd) >= 0.75 * sum(score.labels for score in odd)
    assert sum(score.right for score in odd) >= 0.97 * sum(score.taken for score in odd)


def test_logs_lose_credentials_and_keep_the_rest() -> None:
    credentials = {"key", "slack", "jwt", "pem", "bearer", "password"}
    for sentence in sentences():
        kinds = {span.kind for span in sentence.spans}
        masked = mask_secrets(sentence.text)
        if kinds and kinds <= credentials:
            assert masked != sentence.text
        elif not kinds & credentials:
            assert masked == sentence.text


def test_placeholders_are_left_as_they_are() -> None:
    for sentence in sentences():
        clean = redact(sentence.text)
        assert redact(clean) == clean


@pytest.mark.parametrize(
    "piece",
    [
        *("eyJ", "a-", "a@a.", "市区", "〒100-", "://a:", "password ", "fd00:", "<tel:", "Bearer "),
        *("AKIA0123456789ABCDEF", "1.1-", "0120 ", "4111 1111 1111 1112 ", "password: a_a_"),
        *("1 Aa Drive, Aa ", "db1.a.com(", "aaa8Q~"),
    ],
)
def test_a_hostile_text_of_any_length_is_read_in_one_go(piece: str) -> None:
    text = (piece * (LENGTH // len(piece) + 1))[:LENGTH]
    begun = time.process_time()
    redact(text)
    assert time.process_time() - begun < CEILING
