"""Calls of tools in what a model says, where its template shows Hermes' convention: `<tool_call>`
around JSON, as models of the families Qwen and Hermes write them. Elsewhere an answer is only text.
"""

import json
import secrets
from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any

from finetune.trainer.engine import Answering, Delta, End

CALL, CALL_END = "<tool_call>", "</tool_call>"


def reads_calls(tokenizer: Any) -> bool:
    """Whether this model writes its calls so."""
    return CALL in str(tokenizer.chat_template or "")


def with_calls(answering: Generator[Delta | End, None, None]) -> Answering:
    """The same answer with the calls at its end told as calls; they are held back till they end."""
    held: list[Delta] = []
    text = ""
    with closing(answering):
        for part in answering:
            if isinstance(part, End):
                yield from _ended(held, text, part)
                return
            held, text = [*held, part], text + part.text
            if CALL not in text and not _may_begin(text):
                yield from held
                held, text = [], ""


def _ended(held: list[Delta], text: str, end: End) -> Answering:
    before, mark, said = text.partition(CALL)
    calls = tool_calls(mark + said)
    if not calls:
        yield from held
        yield end
        return
    if before.strip():
        yield Delta(before.rstrip())
    yield End(
        "tool_calls", end.prompt_tokens, end.completion_tokens, end.confidence, tool_calls=calls
    )


def tool_calls(text: str) -> tuple[Mapping[str, Any], ...]:
    """The calls that `text` consists of; none when it is anything else."""
    calls = []
    for part in text.split(CALL)[1:]:
        inside, _, after = part.partition(CALL_END)
        try:
            said = json.loads(inside)
            name, arguments = said["name"], said.get("arguments", {})
        except (ValueError, KeyError, TypeError, AttributeError):
            return ()
        if not isinstance(name, str) or after.strip():
            return ()
        written = arguments if isinstance(arguments, str) else json.dumps(arguments)
        function = {"name": name, "arguments": written}
        calls.append(
            {"id": f"call_{secrets.token_hex(12)}", "type": "function", "function": function}
        )
    return tuple(calls)


def _may_begin(text: str) -> bool:
    return any(text.endswith(CALL[:size]) for size in range(1, len(CALL)))
