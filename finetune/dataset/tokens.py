"""Counts tokens as the provider will bill them, offline, from the vocabularies shipped beside this.

The rule per message is the one OpenAI's cookbook documents. Used by previews, snapshots and the
bot's trimming of history.
"""

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from finetune.dataset.example import Message

if TYPE_CHECKING:
    import tiktoken

SHIPPED = ("o200k_base", "cl100k_base")
PER_MESSAGE = 3
PER_NAME = 1
PER_EXAMPLE = 3  # every answer is primed with <|start|>assistant<|message|>


class Vocabulary(NamedTuple):
    """The name of a vocabulary, and whether the model is known to use it."""

    name: str
    known: bool


@lru_cache(maxsize=64)
def vocabulary(model: str) -> Vocabulary:
    """The vocabulary of `model`; an unknown model gets o200k_base, marked as not known."""
    import tiktoken

    # tiktoken maps ft:gpt-4.1-… to the vocabulary of gpt-4; the base's own name is right.
    base = model.removeprefix("ft:").split(":")[0]
    try:
        name = tiktoken.encoding_name_for_model(base)
    except KeyError:
        return Vocabulary("o200k_base", known=False)
    if name == "o200k_harmony":  # the same merges with other special tokens
        name = "o200k_base"
    return (
        Vocabulary(name, known=True) if name in SHIPPED else Vocabulary("o200k_base", known=False)
    )


def count_text(text: str, model: str) -> int:
    """Tokens of bare text. Special tokens written by a user are ordinary text."""
    return _count(text, vocabulary(model).name)


@lru_cache(maxsize=20_000)  # previews count the same rows again and again
def _count(text: str, name: str) -> int:
    return len(_encoding(name).encode(text, disallowed_special=()))


def count_tokens(messages: Sequence[Message], model: str = "") -> int:
    """Tokens of one conversation or training row as `model` is billed for it; "" is any model."""
    return PER_EXAMPLE + sum(count_message(message, model) for message in messages)


def count_message(message: Message, model: str) -> int:
    """Tokens of one message with its frame."""
    name = PER_NAME + count_text(message.name, model) if message.name else 0
    return PER_MESSAGE + name + count_text(message.role, model) + count_text(message.content, model)


@cache
def _encoding(name: str) -> "tiktoken.Encoding":
    import tiktoken

    # tiktoken has no other way to be told where its files are; without them it would download.
    os.environ["TIKTOKEN_CACHE_DIR"] = str(files("finetune.dataset") / "vocabularies")  # noqa: TID251 - set, never read
    return tiktoken.get_encoding(name)
