"""Replies are kept small, and read again as they were."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.redis.packed import MARK, packed, unpacked
from bot.domain import conversation
from bot.domain.conversation import Reply, Usage
from finetune import Message
from tests.factories import reply

SAID = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)
MESSAGES = st.builds(
    Message,
    role=st.sampled_from(["system", "user", "assistant", "tool"]),
    content=SAID,
    name=st.none() | SAID,
)
REPLIES = st.builds(
    Reply,
    messages=st.lists(MESSAGES, max_size=5).map(tuple),
    content=SAID,
    usage=st.builds(Usage, prompt_tokens=st.integers(0, 10**6)),
    latency=st.floats(0, 1e6),
    created_at=st.floats(0, 1e11),
    images=st.integers(0, 9),
    stopped=st.booleans(),
    sources=st.lists(SAID, max_size=5).map(tuple),
    question=st.none() | SAID,
)

FIRST = (
    "z1:Qws3d1c/1yBHH0OgWmMjQ3MDINADYkMDlBB1cfX1B4mihSxMM0YIYxqFCHDHYG/XIIhZRAa8EzAbF"
    "WWmpunhDXkPYN7JTcyrVEhJrCwG5Utg5ilLRY8Pt/yikkrdkvJ8HVDarlQoTqzUQ4ojoOdSkvLzs3WTg"
    "BkPKY6ICHwDPVP00IcGg6GeQS0A"
)


@given(REPLIES)
def test_what_was_packed_is_read_as_it_was(kept: Reply) -> None:
    assert unpacked(packed(kept)) == kept
    assert unpacked(packed(kept).encode()) == kept


def test_what_was_written_before_replies_were_packed_is_still_read() -> None:
    kept = reply()
    assert unpacked(kept.model_dump_json()) == kept


def test_what_was_packed_with_the_first_dictionary_is_still_read() -> None:
    """Somebody's database holds it: a change of the dictionary takes another mark."""
    assert unpacked(FIRST).content == "Forty-two, they say."


def test_a_short_reply_takes_two_thirds_of_its_json_and_a_long_one_half() -> None:
    short = reply("Ask the office for a form, please, and bring it to the third floor.")
    assert len(packed(short)) < len(short.model_dump_json()) * 2 / 3
    long = reply(inspect.getsource(conversation))
    assert len(packed(long)) < len(long.model_dump_json()) / 2


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{",
        MARK,
        MARK + "not base64!",
        MARK + "AAAA",
        packed(reply())[:-8],
        packed(reply()).replace(MARK, MARK + "AAAA"),
        MARK.encode() + b"\xff",
    ],
)
def test_what_is_damaged_is_a_value_error(damaged: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpacked(damaged)
