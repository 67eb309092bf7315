"""Many texts counted at once have the counts that each has alone."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finetune.dataset import tokens
from finetune.dataset.tokens import count_text, count_texts

PIECES = [
    "hello ", "World", "  ", "\n\n", "\t", "\x00", "é", "日本語", "です。", "ｱ", "🦜", "👨‍👩‍👧", "123",
    "'LL", "don't", "<|endoftext|>", "<|im_start|>", "<|", "\u200b", "\u3000", "İ", "Ω", "---", "हि",
]  # fmt: skip
written = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(deadline=None)  # the first one reads the vocabulary
@given(st.lists(st.one_of(written, st.text(max_size=40)), max_size=8))
@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-3.5-turbo"])
def test_a_batch_counts_as_tiktoken_does(model: str, texts: list[str]) -> None:
    encoding = tokens._encoding(tokens.vocabulary(model).name)
    assert list(count_texts(texts, model)) == [
        len(encoding.encode(text, disallowed_special=())) for text in texts
    ]


@pytest.mark.parametrize("model", ["gpt-4.1", "gpt-3.5-turbo"])
@pytest.mark.parametrize("letter", ["a", " ", "あ"])
def test_a_megabyte_of_one_letter_is_counted(model: str, letter: str) -> None:
    (alone,) = count_texts([letter * 1_000_000], model)
    assert alone == count_text(letter * 1_000_000, model) > 1000


def test_a_lone_surrogate_counts_as_a_replacement_character() -> None:
    assert list(count_texts(["a\ud800b", "a"], "gpt-4.1")) == [3, 1]
    assert count_text("a\ud800b", "gpt-4.1") == 3


def test_no_text_has_no_counts() -> None:
    assert list(count_texts([], "gpt-4.1")) == []
    assert list(count_texts([""], "gpt-4.1")) == [0]


def test_without_the_faster_library_the_counts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["hello world", "<|endoftext|>", "有給休暇", " " * 300_000]
    fast = list(count_texts(texts[:3], "gpt-4.1"))
    monkeypatch.setitem(sys.modules, "splintr", None)
    tokens._splintr.cache_clear()
    tokens._count.cache_clear()
    try:
        slow = list(count_texts(texts, "gpt-4.1"))
    finally:
        tokens._splintr.cache_clear()
    assert slow[:3] == fast
    assert slow[3] > 1000
