"""Chat and DPO rows: all their texts, and copies with some texts changed. Rows are never mutated."""

import json
from collections.abc import Callable, Iterator
from typing import Any

Row = dict[str, Any]
Change = Callable[[str], str]


def texts(raw: Row) -> list[str]:
    """Everything a person or a model said in the row, and the arguments of tool calls."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    changed(raw, note)
    return found


def changed(raw: Row, change: Change) -> Row:
    """The row with `change` applied to all its texts."""
    return {
        name: _any_messages(value, change)
        if name in {"messages", "input", "preferred_output", "non_preferred_output"}
        else value
        for name, value in raw.items()
    }


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


def _any_messages(value: Any, change: Change) -> Any:
    if isinstance(value, list):
        return [_message(message, change) for message in value]
    if isinstance(value, dict) and isinstance(value.get("messages"), list):
        return {**value, "messages": _any_messages(value["messages"], change)}
    return value


def _message(message: Any, change: Change) -> Any:
    if not isinstance(message, dict):
        return message
    return dict(_fields(message, change))


def _fields(message: Row, change: Change) -> Iterator[tuple[str, Any]]:
    for name, value in message.items():
        if name in {"content", "refusal"}:
            yield name, _content(value, change)
        elif name == "tool_calls" and isinstance(value, list):
            yield name, [_call(call, change) for call in value]
        else:
            yield name, value


def _content(content: Any, change: Change) -> Any:
    if isinstance(content, str):
        return change(content)
    if isinstance(content, list):
        return [
            {**part, "text": change(part["text"])}
            if isinstance(part, dict) and isinstance(part.get("text"), str)
            else part
            for part in content
        ]
    return content


def _call(call: Any, change: Change) -> Any:
    function = call.get("function") if isinstance(call, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    if not isinstance(function, dict) or not isinstance(arguments, str):
        return call
    better = change(arguments)
    if better != arguments and not _is_json(better):  # a placeholder ate a quotation mark
        return call
    return {**call, "function": {**function, "arguments": better}}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


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
