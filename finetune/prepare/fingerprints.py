"""What makes two rows the same: keys of prompts and of whole rows, the same in every process.

A prompt is compared without case, width and spacing, an answer exactly (but for outer white space).
For a chat row the prompt is the whole conversation before the answer, without system messages: the
same question has the same key whether it comes from a table or from rows prepared earlier.
"""

import json
import unicodedata
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finetune.prepare.record import Record

Keys = NDArray[np.uint64]
BETWEEN = "\0"
SPACES = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"  # in ASCII, beside the blank


def prompt_keys(prompts: list[str], others: dict[int, Record]) -> Keys:
    """A key per prompt; `prompts` as they will be written."""
    plain = _plain(prompts)
    for at, record in others.items():
        if record.key is not None and _turns(record.raw or {}) > 1:
            key = record.key
            plain[at] = key if isinstance(key, bytes) else key.encode("utf-8", "surrogatepass")
    return np.frombuffer(
        b"".join([blake2b(text, digest_size=8).digest() for text in plain]), np.uint64
    )


def row_keys(keys: Keys, completions: list[str], others: dict[int, Record]) -> Keys:
    """A key per row: prompt and answer. Only good inside this process."""
    answers = [hash(completion.strip()) for completion in completions]
    for at, record in others.items():
        answers[at] = _answer(completions[at], record.raw or {})
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


def _answer(completion: str, raw: dict[str, Any]) -> int:
    if is_preference_row := "preferred_output" in raw:
        outputs = [raw.get("preferred_output"), raw.get("non_preferred_output")]
        return hash(json.dumps(outputs, sort_keys=True, default=str))
    messages = raw.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    if isinstance(last, dict) and not is_preference_row and set(last) > {"role", "content"}:
        return hash(json.dumps(last, sort_keys=True, default=str))
    return hash(completion.strip())
