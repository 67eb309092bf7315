"""JSON objects → records: chat, DPO, batch answers, stored completions, chat exports, plain pairs.

The object of a chat or DPO row travels untouched as `Record.raw`; the other shapes are turned into
a chat row `{"messages": […], "tools": […]}` first. The shapes are OpenAI's documented ones.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from finetune.prepare.columns import PAIRS, plain
from finetune.prepare.record import Record
from finetune.prepare.tables import joined

Json = dict[str, Any]
_KEPT = ("tools", "functions", "parallel_tool_calls")  # of a request, beside its messages


def text_of(message: Any) -> str:
    """The text of a message: its content, the text parts of a list, or a refusal."""
    if not isinstance(message, dict):
        return ""
    content = message.get("content")
    if isinstance(content, str) and content:
        return content
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        content = "".join(part for part in parts if isinstance(part, str))
    if not content:
        content = message.get("refusal")
    return content if isinstance(content, str) else ""


def chat_record(source: int, row: int, raw: Json) -> Record:
    """A row with `messages`: its last user text, its last assistant text, what stands before that."""
    messages = raw.get("messages")
    messages = messages if isinstance(messages, list) else []
    last = _last(messages, "assistant")
    completion = _said(messages[last]) if last is not None else ""
    before = messages if last is None else messages[:last]
    asked = _last(before, "user")
    prompt = text_of(before[asked]) if asked is not None else ""
    return Record(source, row, prompt, completion, raw, to_json(before))


def dpo_record(source: int, row: int, raw: Json) -> Record:
    """A row with `input`, `preferred_output` and `non_preferred_output`."""
    given = raw.get("input")
    messages = given.get("messages") if isinstance(given, dict) else given
    messages = messages if isinstance(messages, list) else []
    asked = _last(messages, "user")
    preferred = raw.get("preferred_output")
    preferred = preferred if isinstance(preferred, list) else []
    answered = _last(preferred, "assistant")
    return Record(
        source,
        row,
        text_of(messages[asked]) if asked is not None else "",
        _said(preferred[answered]) if answered is not None else "",
        raw,
        to_json(messages),
    )


def as_chat(request: Json, answer: Any) -> Json:
    """A request with the message that answered it, as a chat row."""
    row: Json = {"messages": [*_messages(request), *([_bare(answer)] if answer else [])]}
    return row | {name: request[name] for name in _KEPT if request.get(name) is not None}


def exported(row: Json) -> Json | None:
    """A stored completion, a ChatGPT export or a `conversations` row as a chat row; None: neither."""
    if isinstance(row.get("mapping"), dict):
        return {"messages": _thread(row)}
    if isinstance(row.get("conversations"), list):
        turns = [turn for turn in row["conversations"] if isinstance(turn, dict)]
        return {"messages": [_turn(turn) for turn in turns]}
    if isinstance(row.get("choices"), list):
        request = row.get("request")
        given = request if isinstance(request, dict) else row
        return as_chat(given, answer_of(row)) if _messages(given) else None
    return None


def answer_of(body: Any) -> Any:
    """The first choice's message of a chat completion; None when there is none."""
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    return message if isinstance(message, dict) else None


def pair_of(row: Json) -> tuple[str, str] | None:
    """The names under which a row holds its pair, whatever their case; None: it holds none."""
    names = {plain(name): name for name in reversed(row)}
    for prompt, completion in PAIRS:
        if prompt in names and completion in names:
            return names[prompt], names[completion]
    return None


def pair_record(source: int, row: int, values: Json, names: Sequence[str]) -> Record:
    """A plain row: `names` are the keys of prompt, completion and, for Alpaca rows, the input."""
    prompt, completion = cell(values.get(names[0])), cell(values.get(names[1]))
    if len(names) > 2:
        prompt = joined(prompt, cell(values.get(names[2])))
    return Record(source, row, prompt, completion, None, None)


def cell(value: Any) -> str:
    """A JSON value as text: null is empty, a number is as JSON writes it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return to_json(value, inf_nan_mode="constants").decode()


def _last(messages: Sequence[Any], role: str) -> int | None:
    for at in range(len(messages) - 1, -1, -1):
        message = messages[at]
        if isinstance(message, dict) and message.get("role") == role:
            return at
    return None


def _said(message: Json) -> str:
    """What an assistant message teaches: its text, else its tool calls as JSON."""
    text = text_of(message)
    if text:
        return text
    calls = message.get("tool_calls") or message.get("function_call")
    return to_json(calls).decode() if calls else ""


def _messages(request: Json) -> list[Any]:
    found = request.get("messages") or request.get("input")
    if isinstance(found, str):
        return [{"role": "user", "content": found}]
    return found if isinstance(found, list) else []


def _bare(answer: Json) -> Json:
    """An answer without what only a response has: nulls, annotations, audio."""
    names = ("role", "content", "refusal", "tool_calls", "function_call", "name")
    return {"role": "assistant"} | {name: answer[name] for name in names if answer.get(name)}


def _turn(turn: Json) -> Json:
    said = turn.get("from", turn.get("role", ""))
    role = {"human": "user", "gpt": "assistant", "chatgpt": "assistant", "bot": "assistant"}
    content = turn.get("value", turn.get("content", ""))
    return {"role": role.get(said, said) if isinstance(said, str) else "", "content": content}


def _thread(export: Json) -> list[Json]:
    """The messages from the root of a ChatGPT conversation to its current node."""
    nodes, seen, found = export["mapping"], set(), []
    at = export.get("current_node") or next(reversed(nodes), None)
    while isinstance(at, str) and at in nodes and at not in seen:
        seen.add(at)
        node = nodes[at] if isinstance(nodes[at], dict) else {}
        found.append(_shown(node.get("message")))
        at = node.get("parent")
    return [message for message in reversed(found) if message is not None]


def _shown(message: Any) -> Json | None:
    if not isinstance(message, dict):
        return None
    author, content = message.get("author"), message.get("content")
    role = author.get("role") if isinstance(author, dict) else None
    parts = content.get("parts") if isinstance(content, dict) else None
    text = (
        "".join(part for part in parts if isinstance(part, str)) if isinstance(parts, list) else ""
    )
    if role not in ("system", "user", "assistant") or not text.strip():
        return None
    return {"role": role, "content": text}
