"""A training file by its content: its hashes, its name at the provider, and whether it is usable.

Read once from the disk in constant memory, before anything is uploaded.
"""

import hashlib
import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from finetune.dataset.example import Frozen
from finetune.errors import InputError
from finetune.files import CHUNK, lines, unreadable

SHOWN = 3  # errors; `finetune check` lists them all
LONGEST_STEM = 40


class Content(Frozen):
    """One file. `name` holds part of the hash, so that the same content is found again."""

    path: Path
    size: int
    changed_at: int  # nanoseconds
    sha256: str
    md5: str

    @property
    def name(self) -> str:
        """What the provider calls it."""
        stem = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in self.stem)
        return stem + self.ending

    @property
    def ending(self) -> str:
        """Of that name: the same for the same content, whatever the user calls it."""
        return f"-{self.sha256[:16]}.jsonl"

    @property
    def stem(self) -> str:
        """Of the user's own name for it."""
        return self.path.stem[:LONGEST_STEM]


def measured(path: Path, advance: Callable[[float], None]) -> Content:
    """Hash the file; `advance` is told bytes. Raises InputError."""
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    try:
        with path.open("rb") as file:
            changed_at = os.fstat(file.fileno()).st_mtime_ns
            while piece := file.read(CHUNK):
                sha256.update(piece)
                md5.update(piece)
                size += len(piece)
                advance(len(piece))
    except OSError as error:
        raise unreadable(path, error) from None
    return Content(
        path=path, size=size, changed_at=changed_at, sha256=sha256.hexdigest(), md5=md5.hexdigest()
    )


def refuse_unusable(path: Path, method: str, advance: Callable[[float], None]) -> int:
    """The number of rows. Raises InputError naming the first errors; a provider finds more."""
    wrong = _preference if method == "dpo" else _supervised
    rows, errors = 0, []
    for number, line in lines(path):
        advance(len(line or b"") + 1)
        if line is not None and not line.strip():
            continue
        rows += 1
        if (reason := _reason(line, wrong, first=number == 1)) is not None:
            errors.append(f"line {number}: {reason}")
            if len(errors) > SHOWN:
                break
    if not rows:
        raise InputError(f"{path} holds no training row")
    if errors:
        more = "; …" if len(errors) > SHOWN else ""
        said = "; ".join(islice(errors, SHOWN))
        raise InputError(f"{path} cannot be trained on: {said}{more}. See: finetune check {path}")
    return rows


def _reason(
    line: bytes | None, wrong: Callable[[dict[str, Any]], str | None], *, first: bool
) -> str | None:
    if line is None:
        return "it is longer than 50 MB"
    if first:
        line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        row = from_json(line)
    except ValueError as error:
        return f"no JSON ({error})"
    return wrong(row) if isinstance(row, dict) else "not a JSON object"


def _supervised(row: dict[str, Any]) -> str | None:
    if "messages" not in row and isinstance(row.get("prompt"), str):
        return None if isinstance(row.get("completion"), str) else "no `completion`"
    if "preferred_output" in row:
        return "a preference row; train on it with --method dpo"
    messages = row.get("messages")
    if not isinstance(messages, list) or not messages:
        return "no `messages`"
    return _speakers(messages, "assistant")


def _preference(row: dict[str, Any]) -> str | None:
    asked = row.get("input")
    if not isinstance(asked, dict) or not isinstance(asked.get("messages"), list):
        return "no `input.messages`"
    for side in ("preferred_output", "non_preferred_output"):
        answers = row.get(side)
        if not isinstance(answers, list) or not answers:
            return f"no `{side}`"
        if (reason := _speakers(answers, "assistant")) is not None:
            return f"`{side}`: {reason}"
    return None


def _speakers(messages: list[Any], needed: str) -> str | None:
    roles = [message.get("role") if isinstance(message, dict) else None for message in messages]
    if not all(isinstance(role, str) for role in roles):
        return "a message without a `role`"
    return None if needed in roles else f"no {needed} message"
