"""An uploaded training file as checked chat rows; what is wrong is told with its line.

Text comes from a file's content, conversations go to an engine.
"""

import json
from typing import Any

from finetune.dataset.example import Message
from finetune.trainer.engine import Conversation

_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}


class BadRows(ValueError):
    """Raised when a training file cannot be used; the message names the line."""


def read_chat_rows(content: bytes) -> list[Conversation]:
    """The rows of a JSON Lines file. Raises BadRows at the first bad line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadRows(f"Line {line} is not UTF-8 text.") from None
    lines = text.removesuffix("\n").split("\n")
    if not text.strip():
        raise BadRows("The file has no rows.")
    return [_row(line, number) for number, line in enumerate(lines, start=1)]


def text_of(content: object) -> str | None:
    """A message's content as text: a string, or a list of text parts; None for anything else."""
    if isinstance(content, str):
        return content.encode("utf-8", errors="replace").decode()  # JSON may hold half a character
    if not isinstance(content, list):
        return None
    texts = [part.get("text") for part in content if isinstance(part, dict)]
    whole = len(texts) == len(content) and all(isinstance(text, str) for text in texts)
    return text_of("".join(str(text) for text in texts)) if whole else None


def role_of(role: object) -> str | None:
    """The role as we store it; None for one that does not exist."""
    return _ROLES.get(role) if isinstance(role, str) else None


def _row(line: str, number: int) -> Conversation:
    try:
        found = json.loads(line)
    except ValueError:
        raise BadRows(f"Line {number} is not JSON.") from None
    rows = found.get("messages") if isinstance(found, dict) else None
    if not isinstance(rows, list) or not rows:
        raise BadRows(f'Line {number} needs {{"messages": [{{"role": …, "content": …}}, …]}}.')
    conversation = tuple(
        _message(row, f"Line {number}, message {i}") for i, row in enumerate(rows, 1)
    )
    if conversation[-1].role != "assistant":
        raise BadRows(f"Line {number} does not end in an assistant message.")
    if not conversation[-1].content.strip():
        raise BadRows(f"Line {number} has an empty assistant message to learn.")
    if not any(message.role == "user" for message in conversation):
        raise BadRows(f"Line {number} has no user message.")
    return conversation


def _message(row: Any, where: str) -> Message:
    if not isinstance(row, dict):
        raise BadRows(f"{where} is not an object.")
    role, content = role_of(row.get("role")), text_of(row.get("content"))
    if role is None:
        raise BadRows(f"{where}: the role is one of system, developer, user, assistant, tool.")
    if content is None:
        raise BadRows(f"{where}: the content is not text.")
    return Message.model_validate({"role": role, "content": content})
