"""Tokens are counted offline, as they are billed."""

import pytest

from finetune import Message, count_tokens, tokens_at_most
from finetune.dataset.tokens import count_text, vocabulary


def test_known_texts_have_the_counts_that_tiktoken_gives() -> None:
    assert count_text("hello world", "gpt-4.1-mini") == 2
    assert count_text("有給休暇は年に20日です。", "gpt-4.1-mini") == 11
    assert count_text("hello world", "gpt-4") == 2


def test_a_fine_tuned_model_counts_like_its_base() -> None:
    assert vocabulary("ft:gpt-4.1-mini-2025-04-14:acme:x:9kQ") == vocabulary("gpt-4.1-mini")
    assert vocabulary("ft:gpt-3.5-turbo:acme::9kQ").name == "cl100k_base"


def test_an_unknown_model_is_counted_and_marked_as_unknown() -> None:
    assert vocabulary("handbook-base") == ("o200k_base", False)
    assert vocabulary("gpt-4.1").known


def test_every_message_has_a_frame() -> None:
    # The cookbook's rule: 3 for the answer to come, 3 a message, role and content, 1 for a name.
    message = Message(role="user", content="hello world")
    assert count_tokens([message], "gpt-4.1") == 3 + 3 + 1 + 2
    named = message.model_copy(update={"name": "hello"})
    assert count_tokens([named], "gpt-4.1") == 3 + 3 + 1 + 2 + 1 + 1


def test_special_tokens_in_a_text_are_text() -> None:
    assert count_text("<|endoftext|>", "gpt-4.1") > 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a" * 500,
        " " * 500,
        "Öffnungszeiten?",
        "营业时间",
        "👩🏽‍🚀" * 9,
        "\ud83d",
        "<|endoftext|>",
    ],
)
def test_what_is_counted_is_never_more_than_what_is_said_without_counting(text: str) -> None:
    named = [
        Message(role="user", content=text, name="Ana"),
        Message(role="assistant", content=text),
    ]
    for each in (named, named[1:]):
        assert count_tokens(each, "gpt-4.1") <= tokens_at_most(each)
        assert count_tokens(each, "gpt-4") <= tokens_at_most(each)
