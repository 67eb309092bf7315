"""What makes two rows the same, and what decides the side of a row.

Two prompts are the same when they are the same letter for letter, but for outer white space: `us` is
not `US`, and indentation means something in code. Of a chat row all that the model is given belongs to
the prompt: system messages, earlier turns, images, tools. The side of a row is decided by less: the
question alone, without case, width and spacing, so that two ways to write it are never on both sides;
and without a separator, so that rows prepared earlier for a base model stay where they are.
"""

import json
import unicodedata
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finetune.prepare.record import Record
from finetune.prepare.separators import LAST_SEPARATOR, SEPARATORS

Keys = NDArray[np.uint64]
Raws = dict[int, dict[str, Any]]
BETWEEN = "\0"
SPACES = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"  # in ASCII, beside the blank
BARE_SEPARATORS = tuple(one.strip().encode() for one in (LAST_SEPARATOR, *reversed(SEPARATORS)))
_GIVEN = ("tools", "functions", "parallel_tool_calls", "tool_choice", "response_format")


def side_keys(prompts: list[str], others: dict[int, Record]) -> Keys:
    """A key per prompt that decides its side, the same in every process."""
    plain = _plain(prompts)
    for at, text in enumerate(plain):
        if text.endswith(BARE_SEPARATORS):
            plain[at] = _without_separator(text)
    for at, record in others.items():
        if record.key is not None and _turns(record.raw or {}) > 1:
            key = record.key
            plain[at] = key if isinstance(key, bytes) else key.encode("utf-8", "surrogatepass")
    return np.frombuffer(
        b"".join([blake2b(text, digest_size=8).digest() for text in plain]), np.uint64
    )


def prompt_keys(prompts: list[str], raws: Raws) -> Keys:
    """A key per prompt with all that belongs to it. Only good inside this process, as `row_keys`.

    `raws`: the rows that are no pairs, as they will be written.
    """
    keys = [hash(prompt.strip()) for prompt in prompts]
    for at, raw in raws.items():
        if (context := _context(raw)) is not None:
            keys[at] = hash((prompts[at].strip(), context))
    return np.array(keys, np.int64).view(np.uint64)


def context_keys(rows: int, raws: Raws) -> NDArray[np.int64]:
    """What the model is given beside the last question, per row; 0: nothing."""
    keys = np.zeros(rows, np.int64)
    for at, raw in raws.items():
        if (context := _context(raw)) is not None:
            keys[at] = hash(context)
    return keys


def row_keys(keys: Keys, completions: list[str], raws: Raws) -> Keys:
    """A key per row: prompt and answer."""
    answers = [hash(completion.strip()) for completion in completions]
    for at, raw in raws.items():
        answers[at] = _answer(completions[at], raw)
    mixed = np.array(answers, np.int64).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return keys ^ (mixed ^ (mixed >> np.uint64(29)))


def is_preference(record: Record) -> bool:
    """A DPO row: the same prompt may have several pairs of answers."""
    return record.raw is not None and "preferred_output" in record.raw


def _plain(prompts: list[str]) -> list[bytes]:
    """Each without case, width and spacing; all in one go, as letters of ASCII and others."""
    found = [b""] * len(prompts)
    ascii_only = [prompt.isascii() for prompt in prompts]
    for kind, folded in ((True, str.lower), (False, _folded)):
        places = [at for at, one in enumerate(ascii_only) if one is kind]
        whole = BETWEEN.join([prompts[at] for at in places])
        if whole.count(BETWEEN) == len(places) - 1:
            texts = folded(whole).split(BETWEEN)
        else:
            texts = [folded(prompts[at]) for at in places]
        spaced = not kind or "  " in whole or any(sign in whole for sign in SPACES)
        for at, text in zip(places, texts, strict=True):
            bare = " ".join(text.split()) if spaced else text.strip()
            found[at] = bare.encode("utf-8", "surrogatepass")
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _without_separator(text: bytes) -> bytes:
    while text.endswith(BARE_SEPARATORS):
        shorter = min((text.removesuffix(one) for one in BARE_SEPARATORS), key=len).rstrip()
        if not shorter:
            return text
        text = shorter
    return text


def _turns(raw: dict[str, Any]) -> int:
    """Messages before the answer that are not the system's."""
    if "preferred_output" in raw:
        held = raw.get("input")
        messages = held.get("messages") if isinstance(held, dict) else None
        answers = 0
    else:
        messages, answers = raw.get("messages"), 1
    if not isinstance(messages, list):
        return 0
    said = [m for m in messages if not (isinstance(m, dict) and m.get("role") == "system")]
    return len(said) - answers


def _context(raw: dict[str, Any]) -> str | None:
    """What the model is given beside the text of the last question; None: nothing, as in a pair."""
    given = {name: raw[name] for name in _GIVEN if raw.get(name)}
    if "preferred_output" in raw:
        held = raw.get("input")
        if isinstance(held, dict):
            given |= {name: held[name] for name in _GIVEN if held.get(name)}
            held = held.get("messages")
        messages = held if isinstance(held, list) else []
    else:
        messages = _messages(raw)
        messages = messages[: _last(messages, "assistant")]
    asked = _last(messages, "user")
    rest: list[Any] = [*messages]
    if asked is not None and isinstance(rest[asked].get("content"), str):
        rest[asked] = {name: held for name, held in rest[asked].items() if name != "content"}
    if not given and rest in ([], [{"role": "user"}]):
        return None
    return json.dumps([rest, given], sort_keys=True, default=str)


def _answer(completion: str, raw: dict[str, Any]) -> int:
    if "preferred_output" in raw:
        outputs = [raw.get("preferred_output"), raw.get("non_preferred_output")]
        return hash(json.dumps(outputs, sort_keys=True, default=str))
    messages = _messages(raw)
    at = _last(messages, "assistant")
    said = [] if at is None else messages[at:]
    if (
        len(said) == 1
        and set(said[0]) <= {"role", "content"}
        and isinstance(said[0].get("content"), str)
    ):
        return hash(completion.strip())
    return hash(json.dumps(said, sort_keys=True, default=str))


def _messages(raw: dict[str, Any]) -> list[Any]:
    messages = raw.get("messages")
    return messages if isinstance(messages, list) else []


def _last(messages: list[Any], role: str) -> int | None:
    for at in range(len(messages) - 1, -1, -1):
        message = messages[at]
        if isinstance(message, dict) and message.get("role") == role:
            return at
    return None
