"""A streamed answer is the same however its bytes are cut, and whatever stands between its events."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.chunks import Events, Heard, chunk_of
from bot.errors import ContentRefused, ModelUnavailable

WORDS = st.text(st.characters(exclude_categories=("Cs",)))
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])
BESIDE = st.lists(
    st.sampled_from([b": ping", b"event: message", b"id: 7", b"retry: 10", b"nothing"]), max_size=2
)


def read(*reads: bytes) -> list[bytes]:
    events = Events()
    return [data for each in reads for data in events.feed(each)]


def wire(word: str) -> bytes:
    return json.dumps({"choices": [{"delta": {"content": word}}]}, ensure_ascii=False).encode()


@given(st.data(), st.lists(WORDS, min_size=1), ENDS, st.booleans())
def test_the_text_is_the_same_however_the_bytes_are_cut(
    data: st.DataObject, words: list[str], end: bytes, marked: bool
) -> None:
    body = b"\xef\xbb\xbf" if marked else b""
    for word in words:
        lines = [*data.draw(BESIDE), b"data: " + wire(word), *data.draw(BESIDE), b"", b""]
        body += end.join(lines)
    cuts = data.draw(st.lists(st.integers(0, len(body))))
    reads = [body[a:b] for a, b in pairwise(sorted({0, *cuts, len(body)}))]
    heard = Heard("base")
    assert [heard.text_of(chunk_of(event)) for event in read(*reads)] == words


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"data: 1\n\ndata:2\n\n", [b"1", b"2"]),
        (b"data: 1\ndata: 2\n\n", [b"1\n2"]),
        (b"data: 1\n", []),
        (b"data: 1\n\ndata: 2", [b"1"]),
        (b"data\n\ndata:\n\n:data: 1\n\n", []),
        (b"database: 1\n\n\n\ndata:  1 \n\n", [b" 1 "]),
        (b"event: error\ndata: {}\n\n", [b"{}"]),
        (b"data: 1\r\n\ndata: 2\n\r\ndata: 3\r\r", [b"1", b"2", b"3"]),
        ("data: a\u2028b\x0bc\n\n".encode(), ["a\u2028b\x0bc".encode()]),
    ],
)
def test_events_are_those_of_the_standard(body: bytes, events: list[bytes]) -> None:
    assert read(body) == events
    assert read(*(body[n : n + 1] for n in range(len(body)))) == events


@pytest.mark.parametrize("chunk", [b"<html>", b"\xff", b""])
def test_what_is_no_json_may_be_asked_for_again(chunk: bytes) -> None:
    with pytest.raises(ModelUnavailable):
        chunk_of(chunk)


@pytest.mark.parametrize(
    "chunk",
    [
        {},
        {"choices": None, "usage": None, "model": None},
        {"choices": [{"delta": None, "finish_reason": None}]},
        {"choices": [{"delta": {"content": None, "refusal": None}}], "usage": {}},
        {"choices": [{"content_filter_offsets": {"check_offset": 1}, "finish_reason": None}]},
        {"choices": [], "prompt_filter_results": [{"prompt_index": 0}]},
        {"choices": [{"delta": {"role": "assistant", "reasoning_content": "Let me see."}}]},
        {"choices": [{"delta": {"content": [{"type": "thinking", "thinking": []}]}}]},
    ],
)
def test_what_a_chunk_leaves_out_is_not_missed(chunk: dict[str, object]) -> None:
    heard = Heard("base")
    assert heard.text_of(chunk) == ""
    heard.finish_reason = "stop"
    end = heard.end()
    assert (end.model, end.usage and end.usage.prompt_tokens) == ("base", 0)


@pytest.mark.parametrize(
    "chunk",
    [
        {"choices": {"delta": {}}},
        {"choices": [None]},
        {"choices": [{"delta": "text"}]},
        {"choices": [{"delta": {"content": [["text"]]}}]},
        {"choices": [{"delta": {"refusal": ["no"]}}]},
        {"usage": {"prompt_tokens": "many"}},
    ],
)
def test_what_is_no_chunk_may_be_asked_for_again(chunk: dict[str, object]) -> None:
    with pytest.raises(ModelUnavailable):
        Heard("base").text_of(chunk)


def test_an_answer_in_parts_is_their_text() -> None:
    parts = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "20"},
        {"type": "text"},
    ]
    heard = Heard("base")
    assert heard.text_of({"choices": [{"delta": {"content": parts}}]}) == "20"
    assert heard.spoken


def test_a_character_that_was_cut_in_two_is_one_again() -> None:
    heard = Heard("base")
    pieces = [
        heard.text_of(chunk_of(b'{"choices": [{"delta": {"content": "%s"}}]}' % content))
        for content in (b"a \\ud83d", b"\\ude00 b", b"\\ude00", b"\\ud83d", b"c")
    ]
    assert pieces == ["a ", "\U0001f600 b", "\ufffd", "", "\ufffdc"]


def test_the_end_carries_what_was_told_on_the_way() -> None:
    heard = Heard("base")
    heard.text_of({"model": "base-2", "choices": [{"delta": {}, "finish_reason": "length"}]})
    heard.text_of({"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    end = heard.end()
    assert end.usage is not None
    assert (end.model, end.finish_reason) == ("base-2", "length")
    assert (end.usage.prompt_tokens, end.usage.completion_tokens) == (3, 4)


def test_without_an_end_there_is_no_answer_and_a_refusal_is_none() -> None:
    with pytest.raises(ModelUnavailable):
        Heard("base", spoken=True).end()
    with pytest.raises(ContentRefused):
        Heard("base", refusal="no", finish_reason="stop").end()
