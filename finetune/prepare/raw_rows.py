"""Chat and DPO rows: all their texts, and copies with some texts changed. Rows are never mutated."""

import json
import re
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Change = Callable[[str], str]
_LEFT_ALONE = frozenset({"role", "type", "id", "tool_call_id", "call_id", "custom_id", "data"})
_SAID = frozenset({"", "content", "text", "refusal", "description"})


def texts(raw: Row) -> list[str]:
    """Every text in the row that may hold something to hide."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    changed(raw, note)
    return found


def changed(raw: Row, change: Change) -> Row:
    """The row with `change` applied to all its texts, wherever they are.

    JSON inside a text, the arguments of a call, is changed value by value and stays JSON. Ids, roles and
    the bytes of images and sounds are left alone.
    """
    found: Row = _any(raw, change, "")
    return found


def rewritten(raw: Row, on_prompt: Change, on_completion: Change) -> Row:
    """The row with the last question, and the answer (of a DPO row both answers), changed."""
    if "preferred_output" in raw:
        given = raw.get("input")
        messages = given.get("messages") if isinstance(given, dict) else given
        asked = _last_changed(messages, "user", on_prompt)
        return {
            **raw,
            "input": {**given, "messages": asked} if isinstance(given, dict) else asked,
            "preferred_output": _last_changed(raw["preferred_output"], "assistant", on_completion),
            "non_preferred_output": _last_changed(
                raw.get("non_preferred_output"), "assistant", on_completion
            ),
        }
    messages = _last_changed(raw.get("messages"), "assistant", on_completion)
    return {**raw, "messages": _last_changed(messages, "user", on_prompt)}


def asks(raw: Row) -> bool:
    """Whether anything but a system message, be it an image, stands before the answer."""
    messages = raw.get("messages")
    if not isinstance(messages, list):
        return True
    return any(
        isinstance(m, dict)
        and m.get("role") in {"user", "tool", "function"}
        and _holds(m.get("content"))
        for m in messages
    )


def turns(raw: Row) -> int:
    """Messages that are not the system's."""
    messages = raw.get("messages")
    rows = messages if isinstance(messages, list) else []
    return sum(not (isinstance(m, dict) and m.get("role") == "system") for m in rows)


def _holds(content: Any) -> bool:
    return bool(content.strip()) if isinstance(content, str) else bool(content)


def _any(value: Any, change: Change, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _any(held, change, key) for key, held in value.items()}
    if isinstance(value, list):
        return [_any(held, change, name) for held in value]
    if not isinstance(value, str) or name in _LEFT_ALONE or value.startswith("data:"):
        return value
    if name == "arguments":
        return _arguments(value, change)
    if name == "name":
        return _named(value, change)
    better = change(value)
    return better if better != value or name in _SAID else _with_name(name, value, change)


def _with_name(name: str, value: str, change: Change) -> str:
    """`hunter2` is a secret where it is called a password."""
    before = f"{name}: "
    better = change(before + value)
    return better.removeprefix(before) if better.startswith(before) else value


def _arguments(text: str, change: Change) -> str:
    try:
        held = json.loads(text)
    except ValueError:
        return change(text)
    better = _any(held, change, "")
    return text if better == held else json.dumps(better, ensure_ascii=False)


def _named(text: str, change: Change) -> str:
    """A name takes no brackets."""
    better = change(text)
    return text if better == text else re.sub(r"[^\w-]", "", better, flags=re.ASCII)


def _last_changed(messages: Any, role: str, change: Change) -> Any:
    if not isinstance(messages, list):
        return messages
    for at in range(len(messages) - 1, -1, -1):
        message = messages[at]
        if isinstance(message, dict) and message.get("role") == role:
            if isinstance(message.get("content"), str):
                better = {**message, "content": change(message["content"])}
                return [*messages[:at], better, *messages[at + 1 :]]
            return messages
    return messages
