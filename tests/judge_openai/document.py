"""Judges an HTTP answer by OpenAI's published document: was it declared, and is its body as declared?

Answers come from a running trainer (tests/scenarios/trainer/judges), what is wrong goes back as
sentences. README.md beside this file says where the judge is more lenient than the letter.
"""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

PUBLISHED = Path(__file__).parent / "openapi.json"
# By OpenAI's guide to error codes; the document itself names 429 only.
REFUSALS = {400, 401, 403, 404, 409, 413, 415, 422, 429, 503}
_BYTES = "get /files/{file_id}/content"
_LEGACY_STREAM = "post /completions"


@dataclass(frozen=True)
class Heard:
    """One answer of the server. `path` is without `/v1` and without the query."""

    method: str
    path: str
    status: int
    media_type: str
    body: bytes


def published() -> dict[str, Any]:
    """The pruned document, as it is kept."""
    document: dict[str, Any] = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    return document


def modern(value: Any) -> Any:
    """The same rules in the words of JSON Schema 2020-12."""
    if isinstance(value, list):
        return [modern(item) for item in value]
    if not isinstance(value, dict):
        return value
    rules = {key: modern(item) for key, item in value.items() if key != "discriminator"}
    if rules.get("exclusiveMinimum") is True:
        rules["exclusiveMinimum"] = rules.pop("minimum")
    nullable = rules.pop("nullable", False) is True
    parts = rules.get("allOf")
    if isinstance(parts, list) and {} in parts:  # a part that only said `nullable`
        rules["allOf"] = [part for part in parts if part != {}]
        nullable = True
    return {"anyOf": [rules, {"type": "null"}]} if nullable and rules else rules


class Document:
    """The operations of the document and validators for what they answer."""

    def __init__(self) -> None:
        whole = modern(published())
        self._components = {"components": whole["components"]}
        self._responses = {
            f"{method} {path}": operation["responses"]
            for path, methods in whole["paths"].items()
            for method, operation in methods.items()
        }
        patterns = sorted(self._responses, key=lambda name: name.count("{"))
        self._patterns = {name: re.compile(re.sub(r"\{\w+\}", "[^/]+", name)) for name in patterns}

    @property
    def operations(self) -> frozenset[str]:
        """Such as `get /files/{file_id}`."""
        return frozenset(self._responses)

    def operation(self, heard: Heard) -> str | None:
        """The operation that was asked."""
        asked = f"{heard.method.lower()} {heard.path}"
        found = (name for name, pattern in self._patterns.items() if pattern.fullmatch(asked))
        return next(found, None)

    def wrong(self, heard: Heard) -> list[str]:
        """Everything about an answer that the document does not allow."""
        operation = self.operation(heard)
        if operation is None:
            return [f"{heard.method} {heard.path} is no operation of ours"]
        return [
            f"{operation} → {heard.status}: {said}" for said in self._problems(operation, heard)
        ]

    def _problems(self, operation: str, heard: Heard) -> Iterator[str]:
        if heard.status in REFUSALS:
            yield from self._refusal(heard)
        elif str(heard.status) not in self._responses[operation]:
            yield "the status is not declared"
        elif operation != _BYTES:
            yield from self._declared(operation, heard)

    def _refusal(self, heard: Heard) -> Iterator[str]:
        if heard.media_type != "application/json":
            yield f"a refusal as {heard.media_type}"
            return
        schema = {"$ref": "#/components/schemas/ErrorResponse"}
        yield from self._checked(schema, json.loads(heard.body))

    def _declared(self, operation: str, heard: Heard) -> Iterator[str]:
        contents = self._responses[operation][str(heard.status)]["content"]
        streamed = heard.media_type == "text/event-stream"
        declared = "application/json" if operation == _LEGACY_STREAM else heard.media_type
        if declared not in contents or (streamed and not heard.path.endswith("completions")):
            yield f"{heard.media_type} is not declared"
            return
        schema = contents[declared]["schema"]
        if not streamed:
            yield from self._checked(schema, json.loads(heard.body))
            return
        for chunk in chunks(heard.body):
            if operation == _LEGACY_STREAM:
                _end_early(chunk)
            yield from self._checked(schema, chunk)

    def _checked(self, schema: dict[str, Any], value: Any) -> Iterator[str]:
        rules = Draft202012Validator(
            {**schema, **self._components}, format_checker=FormatChecker(["date"])
        )
        for error in rules.iter_errors(value):
            yield f"{error.json_path}: {error.message}"[:300]


def chunks(stream: bytes) -> list[Any]:
    """The documents of an event stream. Raises AssertionError unless it ends with `[DONE]`."""
    events = [event for event in stream.decode().split("\n\n") if event]
    assert all(event.startswith("data: ") for event in events), stream
    assert events[-1] == "data: [DONE]", stream
    return [json.loads(event.removeprefix("data: ")) for event in events[:-1]]


def _end_early(chunk: Any) -> None:
    """A chunk on the way has no reason to end; the document has no words for that."""
    for choice in chunk["choices"]:
        if choice["finish_reason"] is None:
            choice["finish_reason"] = "stop"


def whole_document() -> dict[str, Any]:
    """For schemathesis: what is published, in today's words, refusals declared."""
    document = copy.deepcopy(modern(published()))
    refusal = {"$ref": "#/components/schemas/ErrorResponse"}
    declared = {"description": "", "content": {"application/json": {"schema": refusal}}}
    for methods in document["paths"].values():
        for operation in methods.values():
            for status in sorted(REFUSALS):
                operation["responses"].setdefault(str(status), declared)
    return document
