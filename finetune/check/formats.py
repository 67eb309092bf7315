"""The three formats of training rows: which one a row has, and what is wrong with it."""

from collections.abc import Callable
from typing import Any, Literal

from finetune.check.messages import learnable_findings, message_findings, messages_findings
from finetune.check.parts import Found, images
from finetune.check.tools import tools_findings

Format = Literal["chat", "dpo", "completion"]
OUTPUTS = ("preferred_output", "non_preferred_output")
METADATA = "metadata"  # what `finetune import` keeps next to the messages
_CHAT = {"messages", "tools", "parallel_tool_calls", "functions", METADATA}
_DPO = {"input", *OUTPUTS, METADATA}
_COMPLETION = {"prompt", "completion", METADATA}
_INPUT = {"messages", "tools", "parallel_tool_calls"}


def format_of(row: Any) -> Format | None:
    """The format that the keys of a row tell; None when they tell none."""
    if not isinstance(row, dict):
        return None
    if "messages" in row:
        return "chat"
    if "input" in row or any(output in row for output in OUTPUTS):
        return "dpo"
    return "completion" if "prompt" in row or "completion" in row else None


def row_findings(row: Any, wanted: Format) -> Found:
    """Everything that is wrong with one row: (code, where)."""
    if not isinstance(row, dict):
        yield "not_an_object", ""
    elif format_of(row) is None:
        yield "unknown_format", ""
    elif format_of(row) != wanted:
        yield "other_format", f"{format_of(row)} in a file of {wanted}"
    else:
        yield from _RULES[wanted](row)


def _chat(row: dict[str, Any]) -> Found:
    yield from _unknown(row, _CHAT)
    yield from messages_findings(row["messages"])
    if isinstance(row["messages"], list) and row["messages"]:
        yield from learnable_findings(row["messages"])
    yield from tools_findings(row)


def _dpo(row: dict[str, Any]) -> Found:
    yield from _unknown(row, _DPO)
    asked = row.get("input")
    if not isinstance(asked, dict):
        yield "input_missing", ""
    else:
        yield from _unknown(asked, _INPUT, "input.")
        yield from _asked(asked)
    for key in OUTPUTS:
        yield from _output(row, key)
    first, second = (_only(row.get(key)) for key in OUTPUTS)
    if first is not None and first == second:
        yield "identical_outputs", ""


def _asked(asked: dict[str, Any]) -> Found:
    messages = asked.get("messages")
    yield from messages_findings(messages, "input.messages")
    yield from tools_findings(asked, "input.")
    if isinstance(messages, list) and messages:
        if isinstance(messages[-1], dict) and messages[-1].get("role") == "assistant":
            yield "input_ends_in_answer", f"input.messages[{len(messages) - 1}]"
        if images(messages):
            yield "image_in_preference", "input.messages"


def _output(row: dict[str, Any], key: str) -> Found:
    if key not in row:
        yield "output_missing", key
    elif (message := _only(row[key])) is None or message.get("role") != "assistant":
        yield "output_count", key
    else:
        yield from message_findings(message, f"{key}[0]")


def _only(output: Any) -> dict[str, Any] | None:
    if isinstance(output, list) and len(output) == 1 and isinstance(output[0], dict):
        return output[0]
    return None


def _completion(row: dict[str, Any]) -> Found:
    yield from _unknown(row, _COMPLETION)
    if not isinstance(row.get("prompt"), str):
        yield "prompt_type", "prompt"
    if not isinstance(row.get("completion"), str):
        yield "completion_type", "completion"
    elif not row["completion"].strip():
        yield "completion_empty", "completion"


def _unknown(row: dict[str, Any], known: set[str], at: str = "") -> Found:
    yield from (("unknown_key", f"{at}{key}"[:80]) for key in row if key not in known)


_RULES: dict[Format, Callable[[dict[str, Any]], Found]] = {
    "chat": _chat,
    "dpo": _dpo,
    "completion": _completion,
}
