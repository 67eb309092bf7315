"""A conversation as the text a model was made for: its tokenizer's own chat template.

Tools go through the template; `calls.py` reads the calls back.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from finetune.trainer.engine import Asking, Unsupported


def rendered(tokenizer: Any, asking: Asking) -> str:
    """The prompt. Raises Unsupported for what the template has no place for."""
    messages = [_plain(message) for message in asking.messages]
    prompt = _through(tokenizer, messages, None)
    if not asking.tools:
        return prompt
    with_tools = _through(tokenizer, messages, [dict(tool) for tool in asking.tools])
    if with_tools == prompt:
        raise Unsupported("This model's chat template knows no tools.", "tools")
    return with_tools


def _through(
    tokenizer: Any, messages: Sequence[dict[str, Any]], tools: list[dict[str, Any]] | None
) -> str:
    from jinja2 import TemplateError

    try:
        text: str = tokenizer.apply_chat_template(
            list(messages), tools=tools, add_generation_prompt=True, tokenize=False
        )
    except TemplateError as error:
        raise Unsupported(f"The model's chat template refuses this: {error}", "messages") from None
    return text


def _plain(message: Mapping[str, Any]) -> dict[str, Any]:
    """As templates want it: arguments of calls as objects, a text where there is none."""
    plain = {name: value for name, value in message.items() if value is not None}
    plain["role"] = "system" if message["role"] == "developer" else message["role"]
    plain.setdefault("content", "")
    if calls := message.get("tool_calls"):
        plain["tool_calls"] = [_call(call) for call in calls]
    return plain


def _call(call: Mapping[str, Any]) -> dict[str, Any]:
    function = dict(call["function"])
    with suppress(ValueError, KeyError, TypeError):
        function["arguments"] = json.loads(function["arguments"])
    return {**call, "function": function}
