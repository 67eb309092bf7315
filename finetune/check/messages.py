"""The messages of an example, held against the rules of OpenAI's chat format."""

import re
from typing import Any

from finetune.check.parts import MOST_IMAGES, Found, content_findings, images
from finetune.check.tools import answered_findings, calls_findings

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_NAME = re.compile(r"[^\s<|\\/>]{1,64}\Z")
_KEYS = {
    "system": {"role", "content", "name"},
    "developer": {"role", "content", "name"},
    "user": {"role", "content", "name"},
    "assistant": {
        *("role", "content", "name", "weight"),
        *("refusal", "tool_calls", "function_call"),
    },
    "tool": {"role", "content", "tool_call_id", "name"},
    "function": {"role", "content", "name"},
}


def messages_findings(messages: Any, at: str = "messages") -> Found:
    """Everything wrong with a list of messages, but for what its last one must be."""
    if not isinstance(messages, list) or not messages:
        yield "messages_missing", at
        return
    for place, message in enumerate(messages):
        if not isinstance(message, dict):
            yield "message_not_an_object", f"{at}[{place}]"
        else:
            yield from message_findings(message, f"{at}[{place}]")
    if images(messages) > MOST_IMAGES:
        yield "too_many_images", at
    yield from answered_findings([m for m in messages if isinstance(m, dict)], at)


def learnable_findings(messages: list[Any], at: str = "messages") -> Found:
    """A training example ends in an answer and has one to learn."""
    answers = [m for m in messages if isinstance(m, dict) and m.get("role") == "assistant"]
    if not answers:
        yield "no_assistant", at
        return
    if not isinstance(messages[-1], dict) or messages[-1].get("role") != "assistant":
        yield "last_not_assistant", f"{at}[{len(messages) - 1}]"
    if all(type(m.get("weight")) is int and m["weight"] == 0 for m in answers):
        yield "nothing_to_learn", at


def message_findings(message: dict[str, Any], where: str) -> Found:
    """What is wrong with one message on its own."""
    role = message.get("role")
    if not isinstance(role, str):
        yield "role_missing", where
        return
    if role not in ROLES:
        yield "role_unknown", where
        return
    yield from _content(message, where)
    yield from _name(message, role, where)
    yield from calls_findings(message, where)
    yield from _only_of_answers(message, role, where)
    known = _KEYS[role] | {"weight", "refusal", "tool_calls", "function_call"}  # said above
    yield from (("unknown_key", f"{where}.{key}") for key in message if key not in known)


def _content(message: dict[str, Any], where: str) -> Found:
    if message.get("content") is not None:
        yield from content_findings(message, where)
    elif message["role"] == "function":
        return
    elif message["role"] != "assistant" or not _says_otherwise(message):
        yield "content_missing", where


def _says_otherwise(message: dict[str, Any]) -> bool:
    return any(message.get(key) is not None for key in ("tool_calls", "function_call", "refusal"))


def _name(message: dict[str, Any], role: str, where: str) -> Found:
    name = message.get("name")
    if role == "function" and not name:
        yield "function_name_missing", where
    elif "name" in message and not (isinstance(name, str) and _NAME.match(name)):
        yield "name_type", where


def _only_of_answers(message: dict[str, Any], role: str, where: str) -> Found:
    if "weight" in message:
        weight = message["weight"]
        if role != "assistant":
            yield "weight_role", where
        elif type(weight) is not int or weight not in (0, 1):
            yield "weight_value", where
    if message.get("refusal") is not None and (
        role != "assistant" or not isinstance(message["refusal"], str)
    ):
        yield "refusal_type", where
