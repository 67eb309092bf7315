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


def prompt_keys(prompts: list[str], records: list[Record]) -> Keys:
    """A key per prompt; `prompts` as they will be written."""
    hashes = [
        blake2b(
            _conversation(prompt, record) if record.raw is not None else _plain(prompt),
            digest_size=8,
        ).digest()
        for prompt, record in zip(prompts, records, strict=True)
    ]
    return np.frombuffer(b"".join(hashes), np.uint64)


def row_keys(keys: Keys, completions: list[str], records: list[Record]) -> Keys:
    """A key per row: prompt and answer. Only good inside this process."""
    answers = [
        hash(completion.strip()) if record.raw is None else _answer(completion, record.raw)
        for completion, record in zip(completions, records, strict=True)
    ]
    mixed = np.array(answers, np.int64).view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return keys ^ (mixed ^ (mixed >> np.uint64(29)))


def is_preference(record: Record) -> bool:
    """A DPO row: the same prompt may have several pairs of answers."""
    return record.raw is not None and "preferred_output" in record.raw


def _plain(prompt: str) -> bytes:
    if prompt.isascii():
        if "  " not in prompt and prompt.isprintable():
            return prompt.strip().lower().encode()
        return " ".join(prompt.split()).lower().encode()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", prompt).casefold())
    return " ".join(folded.split()).encode("utf-8", "surrogatepass")


def _conversation(prompt: str, record: Record) -> bytes:
    raw: dict[str, Any] = record.raw or {}
    if _turns(raw) <= 1 or record.key is None:
        return _plain(prompt)
    key = record.key
    return key if isinstance(key, bytes) else key.encode("utf-8", "surrogatepass")


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
