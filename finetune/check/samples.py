"""A row → the texts in it that are counted, and by whom they were said.

Most rows hold nothing but roles and texts: they are recognised by the sequence of their roles,
which is judged once. All others are held against every rule and read with patience: also a row
with errors is counted as far as it can be.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from finetune.check.formats import OUTPUTS, Format
from finetune.check.messages import ROLES
from finetune.dataset.tokens import PER_EXAMPLE, PER_MESSAGE, PER_NAME

PER_ROLE = 1  # tokens of the name of any role there is
IMAGE_TOKENS = 765  # of one image of 1024 by 1024 in high detail; an estimate
REJECTED = "rejected"  # the answer of a preference row that is not preferred
LEARNT = ("assistant", REJECTED, "completion")
SYSTEM = ("system", "developer")
UNKNOWN = "unknown"  # a role that there is not


class Shape(NamedTuple):
    """What follows from the roles alone."""

    frame: int  # tokens of the messages' frames and roles
    answers: tuple[int, ...]  # places of the texts that are learnt
    end: int  # how many texts come before the last answer
    system: bool
    user: bool
    whole: bool  # may be an example as it stands: known roles, ends in an answer
    key: int  # the same for the same roles


class Sample(NamedTuple):
    """One row, flattened."""

    roles: tuple[str, ...]
    texts: list[str]
    frame: int
    messages: int
    estimated: bool = False  # tools or images: their tokens are no more than an estimate


def all_plain(rows: list[Any]) -> tuple[list[Sample], list[Shape]] | None:
    """Chat rows of nothing but roles and texts, known to be right; None when one is not.

    Whether a key of them stands twice in its line is not looked at.
    """
    try:
        talks = [row["messages"] for row in rows]
        said = [[message["content"] for message in talk] for talk in talks]
        roles = [tuple([message["role"] for message in talk]) for talk in talks]
        shapes = {one: shaped(one) for one in set(roles)}
    except (KeyError, TypeError, IndexError):
        return None
    texts = list(chain.from_iterable(said))
    if (
        set(map(len, rows)) != {1}
        or set(map(type, texts)) != {str}
        or set(map(len, chain.from_iterable(talks))) != {2}
        or not all(shape.whole for shape in shapes.values())
        or "" in texts
        or any(map(str.isspace, texts))
    ):
        return None
    found = [shapes[of] for of in roles]
    samples = [
        Sample(of, one, shape.frame, len(one))
        for of, one, shape in zip(roles, said, found, strict=True)
    ]
    return samples, found


@lru_cache(maxsize=4096)
def shaped(roles: tuple[str, ...]) -> Shape:
    """The shape of a conversation in which each of `roles` says one text."""
    learnt = tuple(place for place, role in enumerate(roles) if role in LEARNT)
    frame = PER_EXAMPLE + (PER_MESSAGE + PER_ROLE) * len(roles)
    last = next((n for n in range(len(roles) - 1, -1, -1) if roles[n] in LEARNT[::2]), len(roles))
    return Shape(
        frame,
        learnt,
        last,
        any(role in SYSTEM for role in roles),
        "user" in roles,
        whole=bool(roles) and roles[-1] == "assistant" and set(roles) <= {*SYSTEM, *_SPEAKERS},
        key=hash(roles),
    )


_SPEAKERS = ("user", "assistant")


def sample(row: dict[str, Any], kind: Format) -> Sample:
    """Any object as far as it can be read; never raises."""
    if kind == "completion":
        texts = [_text(row.get("prompt")), _text(row.get("completion"))]
        return Sample(("prompt", "completion"), texts, 0, 2)
    if kind == "chat":
        return _flat(_messages(row.get("messages")), row)
    asked = row.get("input") if isinstance(row.get("input"), dict) else {}
    said = _messages(asked.get("messages")) if isinstance(asked, dict) else []
    for output, role in zip(OUTPUTS, ("assistant", REJECTED), strict=True):
        said += [{**message, "role": role} for message in _messages(row.get(output))[:1]]
    return _flat(said, asked if isinstance(asked, dict) else {})


def _flat(messages: list[dict[str, Any]], row: dict[str, Any]) -> Sample:
    roles, texts, frame, estimated = [], [], PER_EXAMPLE, False
    for message in messages:
        role = message.get("role")
        said = role if isinstance(role, str) and (role in ROLES or role in LEARNT) else UNKNOWN
        frame += PER_MESSAGE + PER_ROLE
        if isinstance(message.get("name"), str):
            roles.append("name")
            texts.append(message["name"])
            frame += PER_NAME
        for text, tokens in list(_pieces(message)) or [("", 0)]:
            roles.append(said)
            texts.append(text)
            frame += tokens
            estimated = estimated or tokens > 0
    for key in ("tools", "functions"):
        if row.get(key):
            roles.insert(0, key)
            texts.insert(0, json.dumps(row[key], ensure_ascii=False, separators=(",", ":")))
            estimated = True
    return Sample(tuple(roles), texts, frame, len(messages), estimated)


def _pieces(message: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """(text, tokens of what is no text), one for each part and each call."""
    content = message.get("content")
    if isinstance(content, str):
        yield content, 0
    for part in content if isinstance(content, list) else []:
        if isinstance(part, dict) and part.get("type") == "image_url":
            yield "", IMAGE_TOKENS
        elif isinstance(part, dict):
            yield _text(part.get("text") or part.get("refusal")), 0
    if isinstance(message.get("refusal"), str):
        yield message["refusal"], 0
    calls = message.get("tool_calls")
    for call in [
        *(calls if isinstance(calls, list) else []),
        {"function": message.get("function_call")},
    ]:
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            yield _text(function.get("name")), 0
            yield _text(function.get("arguments")), 0


def _messages(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
