"""Counts tokens as the provider will bill them, offline, from the vocabularies shipped beside this.

The rule per message is the one OpenAI's cookbook documents. Used by previews, snapshots, the bot's
trimming of history, and by the commands that count whole files (`count_texts`).
"""

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from finetune.dataset.example import Message

if TYPE_CHECKING:
    import numpy as np
    import splintr
    import tiktoken
    from numpy.typing import NDArray

SHIPPED = ("o200k_base", "cl100k_base")
PER_MESSAGE = 3
PER_NAME = 1
PER_EXAMPLE = 3  # every answer is primed with <|start|>assistant<|message|>
SPECIAL = "<|"  # how every special token of the vocabularies begins
REMEMBERED = 20_000  # pieces of text whose tokens splintr keeps
RUN = 50_000  # characters of a text that no regular expression runs out of stack on


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
    try:
        return len(_encoding(name).encode(text, disallowed_special=()))
    except ValueError:  # a million blanks exhaust the stack of tiktoken's regular expression
        if (fast := _splintr(name)) is not None:
            return len(fast.encode_ordinary(_encodable(text)))
        return sum(_count(text[at : at + RUN], name) for at in range(0, len(text), RUN))


def count_texts(texts: Sequence[str], model: str) -> "NDArray[np.int64]":
    """Tokens of each bare text, as `count_text` counts it, in one call.

    By `splintr` when it is installed (several times faster, the same counts), else by tiktoken.
    Lone surrogates, which no vocabulary can hold, count as U+FFFD does.
    """
    import numpy as np

    name = vocabulary(model).name
    if (fast := _splintr(name)) is None:
        return np.fromiter((_count(text, name) for text in texts), np.int64, len(texts))
    try:
        counts = _counted(fast, texts)
    except UnicodeEncodeError:
        texts = [_encodable(text) for text in texts]
        counts = _counted(fast, texts)
    if SPECIAL in "\n".join(texts):
        for place, text in enumerate(texts):
            if SPECIAL in text:  # in a batch, splintr takes a special token at its word
                counts[place] = len(fast.encode_ordinary(text))
    return counts


def _counted(fast: "splintr.AnyTokenizer", texts: Sequence[str]) -> "NDArray[np.int64]":
    import numpy as np

    _, cuts = fast.encode_batch_flat(list(texts))
    if fast.cache_len > REMEMBERED:  # words: without an end, a new one of every number
        fast.clear_cache()
    places = np.frombuffer(cuts, "<u8").astype(np.int64)
    return places[1:] - places[:-1]


def _encodable(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def count_tokens(messages: Sequence[Message], model: str = "") -> int:
    """Tokens of one conversation or training row as `model` is billed for it; "" is any model."""
    return PER_EXAMPLE + sum(count_message(message, model) for message in messages)


def tokens_at_most(messages: Sequence[Message]) -> int:
    """More than `count_tokens` never finds, without a vocabulary: every token is a byte at least.

    Loaded, a vocabulary takes 75 MiB, and most conversations are far shorter than any limit.
    """
    return sum(_at_most(message) for message in messages)


def _at_most(message: Message) -> int:
    said = f"{message.role}{message.name or ''}{message.content}"
    return PER_EXAMPLE + PER_MESSAGE + PER_NAME + len(said.encode("utf-8", "surrogatepass"))


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


@cache
def _splintr(name: str) -> "splintr.AnyTokenizer | None":
    try:
        import splintr
    except ImportError:  # it comes with the extra `toolkit`
        return None
    return splintr.Tokenizer.from_pretrained(name)
