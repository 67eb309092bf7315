"""Tokens becoming text: whole characters, stop texts, and the tokens that belong to them."""

import pytest

from finetune.trainer.embedded.utterance import Utterance
from finetune.trainer.engine import Delta, Token


def told(pieces: list[bytes], *stop: str) -> tuple[list[Delta], bool]:
    utterance, deltas = Utterance(stop), list[Delta]()
    for piece in pieces:
        more, stopped = utterance.add(Token(piece, -0.1))
        deltas += more
        if stopped:
            return deltas, True
    return deltas + utterance.finish(), False


def test_text_is_told_token_by_token() -> None:
    deltas, _ = told([b"The", b" first", b" ferry"])
    assert [delta.text for delta in deltas] == ["The", " first", " ferry"]


def test_half_a_character_waits_for_its_other_half() -> None:
    ship = "船".encode()
    deltas, _ = told([b"a", ship[:1], ship[1:], b"b"])
    assert [delta.text for delta in deltas] == ["a", "船", "b"]
    assert [len(delta.tokens) for delta in deltas] == [1, 2, 1]


def test_half_a_character_at_the_end_is_shown_as_its_mark() -> None:
    deltas, _ = told(["船".encode()[:2]])
    assert [delta.text for delta in deltas] == ["\ufffd"]


@pytest.mark.parametrize(
    ("pieces", "stop", "text"),
    [
        ([b"leaves", b" at", b" six"], " at", "leaves"),
        ([b"a\n", b"\nb"], "\n\n", "a"),
        ([b"one tw", b"o thr", b"ee"], "two three", "one "),
        (["二番の".encode(), "桟橋".encode()], "桟", "二番の"),
    ],
)
def test_nothing_of_a_stop_text_is_told(pieces: list[bytes], stop: str, text: str) -> None:
    deltas, stopped = told(pieces, stop)
    assert stopped
    assert "".join(delta.text for delta in deltas) == text


def test_what_only_begins_like_a_stop_text_is_told_in_the_end() -> None:
    deltas, stopped = told([b"one tw", b"enty"], "two")
    assert not stopped
    assert "".join(delta.text for delta in deltas) == "one twenty"


def test_only_the_tokens_before_a_stop_text_are_counted() -> None:
    deltas, _ = told([b"a", b"b", b"cd", b"ef"], "def")
    assert b"".join(t.piece for delta in deltas for t in delta.tokens) == b"abcd"


@pytest.mark.timeout(20)
def test_a_stop_text_of_megabytes_costs_no_more_than_a_short_one() -> None:
    deltas, stopped = told([b"a", b"b"] * 50, "b" + "c" * 2_000_000)
    assert not stopped
    assert "".join(delta.text for delta in deltas) == "ab" * 50
