"""An uploaded training file as checked rows; what is wrong is told with its line.

Content comes from a job's files; conversations and preferences go to an engine. The format is
OpenAI's for supervised training and for DPO, with text only, and one row is enough where OpenAI
wants ten: a single correction is worth teaching.
"""

import json
from collections.abc import Iterator
from typing import Any

from finetune.trainer.engine import Conversation, Method, Preference, Row, TaughtMessage

_ROLES = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
}
_OUTPUTS = ("preferred_output", "non_preferred_output")
# OpenAI's guide and its published document do not agree on how they are called.
_SPELLINGS = {
    "preferred_completion": "preferred_output",
    "non_preferred_completion": "non_preferred_output",
}
_MOST_TOOLS = 128


class BadRows(ValueError):
    """Raised when a training file cannot be used; the message names the line."""


def read_rows(content: bytes, method: Method) -> list[Row]:
    """The rows that `method` is trained on. Raises BadRows at the first bad line."""
    return list(rows_of(content, method))


def rows_of(content: bytes, method: Method) -> Iterator[Row]:
    """The same one after the other, for who does not want to hold them all."""
    row_of = _conversation if method == "supervised" else _preference
    return (row_of(row, f"Line {number}") for number, row in _objects(content))


def read_chat_rows(content: bytes) -> list[Conversation]:
    """The conversations of a JSON Lines file. Raises BadRows at the first bad line."""
    return [_conversation(row, f"Line {number}") for number, row in _objects(content)]


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


def _objects(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadRows(f"Line {line} is not UTF-8 text.") from None
    if not text.strip():
        raise BadRows("The file has no rows.")
    lines = text.removesuffix("\n").split("\n")
    return ((number, _object(line, number)) for number, line in enumerate(lines, start=1))


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise BadRows(f"Line {number} is not JSON.") from None
    return found if isinstance(found, dict) else {}


def _conversation(row: dict[str, Any], where: str) -> Conversation:
    if any(name in row for name in _OUTPUTS):
        raise BadRows(f'{where} is a preference: train on it with the method "dpo".')
    messages = _messages(row.get("messages"), where)
    if messages[-1].role != "assistant":
        raise BadRows(f"{where} does not end in an assistant message.")
    if _is_empty(messages[-1]):
        raise BadRows(f"{where} has an empty assistant message to learn.")
    if not any(message.role == "assistant" and message.weight for message in messages):
        raise BadRows(f"{where} has no assistant message to learn: each has the weight 0.")
    if not any(message.role == "user" for message in messages):
        raise BadRows(f"{where} has no user message.")
    return Conversation(messages, _tools(row, where))


def _preference(row: dict[str, Any], where: str) -> Preference:
    row = {_SPELLINGS.get(name, name): value for name, value in row.items()}
    asked = row.get("input")
    if not isinstance(asked, dict) or any(name not in row for name in _OUTPUTS):
        raise BadRows(
            f'{where} needs {{"input": {{"messages": […]}}, "preferred_output": […], '
            '"non_preferred_output": […]}.'
        )
    prompt = _messages(asked.get("messages"), f"{where}, input")
    if not any(message.role == "user" for message in prompt):
        raise BadRows(f"{where} has no user message.")
    chosen, rejected = (_output(row[name], f"{where}, {name}") for name in _OUTPUTS)
    if chosen == rejected:
        raise BadRows(f"{where}: the preferred and the non-preferred output are the same.")
    return Preference(Conversation(prompt, _tools(asked, where)), chosen, rejected)


def _output(found: object, where: str) -> TaughtMessage:
    messages = _messages(found, where)
    if len(messages) != 1 or messages[0].role != "assistant" or _is_empty(messages[0]):
        raise BadRows(f"{where} needs one assistant message that is not empty.")
    return messages[0]


def _messages(found: object, where: str) -> list[TaughtMessage]:
    if not isinstance(found, list) or not found:
        line = where.partition(",")[0]
        raise BadRows(f'{line} needs {{"messages": [{{"role": …, "content": …}}, …]}}.')
    return [_message(row, f"{where}, message {i}") for i, row in enumerate(found, start=1)]


def _message(row: Any, where: str) -> TaughtMessage:
    if not isinstance(row, dict):
        raise BadRows(f"{where} is not an object.")
    role, calls = role_of(row.get("role")), _calls(row, where)
    if role is None:
        raise BadRows(f"{where}: the role is one of system, developer, user, assistant, tool.")
    content = "" if calls and row.get("content") is None else text_of(row.get("content"))
    if content is None:
        raise BadRows(f"{where}: the content is {_kind(row.get('content'))}.")
    weight = 1 if row.get("weight") is None else row["weight"]
    if type(weight) not in (int, float) or weight not in (0, 1):
        raise BadRows(f"{where}: the weight is 0 or 1.")
    if weight == 0 and role != "assistant":
        raise BadRows(f"{where}: only an assistant message has a weight.")
    return TaughtMessage.model_validate(
        {
            "role": role,
            "content": content,
            "name": _text(row, "name", where),
            "weight": int(weight),
            "tool_calls": calls,
            "tool_call_id": _text(row, "tool_call_id", where),
        }
    )


def _kind(content: object) -> str:
    """What stands where text should."""
    parts = content if isinstance(content, list) else []
    kinds = [part.get("type") for part in parts if isinstance(part, dict)]
    for mark, name in (("image", "an image"), ("audio", "audio"), ("file", "a file")):
        if any(mark in str(kind) for kind in kinds):
            return f"not text but {name}; only text is learnt here"
    return "not text"


def _calls(row: dict[str, Any], where: str) -> tuple[dict[str, Any], ...]:
    if row.get("function_call") is not None:
        raise BadRows(f"{where}: function_call is not understood; write it as tool_calls.")
    calls = row.get("tool_calls") or []
    if calls and row.get("role") != "assistant":
        raise BadRows(f"{where}: only an assistant message has tool_calls.")
    if not isinstance(calls, list) or not all(_is_function(call) for call in calls):
        raise BadRows(f"{where}: each of tool_calls is a function with a name and arguments.")
    return tuple(_clean(call) for call in calls)


def _is_function(call: object) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return False
    return all(isinstance(function.get(name), str) for name in ("name", "arguments"))


def _tools(row: dict[str, Any], where: str) -> tuple[dict[str, Any], ...]:
    if row.get("functions") is not None:
        raise BadRows(f"{where}: functions are not understood; write them as tools.")
    tools = row.get("tools") or []
    if not isinstance(tools, list) or len(tools) > _MOST_TOOLS:
        raise BadRows(f"{where}: tools is a list of at most {_MOST_TOOLS} functions.")
    for tool in tools:
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise BadRows(f"{where}: each of tools is a function with a name.")
    return tuple(_clean(tool) for tool in tools)


def _text(row: dict[str, Any], name: str, where: str) -> str | None:
    found = row.get(name)
    if found is not None and not isinstance(found, str):
        raise BadRows(f"{where}: {name} is not text.")
    return None if found is None else text_of(found)


def _is_empty(message: TaughtMessage) -> bool:
    return not message.content.strip() and not message.tool_calls


def _clean(value: Any) -> Any:
    """The value without halves of characters."""
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", errors="replace"))
