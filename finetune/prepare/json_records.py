"""JSON values of one file → records: what kind of row each is, and batch answers with their requests.

A batch answer has no prompt of its own: it is paired by `custom_id` with its request, which must be
among the files given; the requests are kept in memory (a batch has at most 50,000, 200 MB in all).
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from finetune.errors import InputError
from finetune.prepare.chat_rows import (
    Json,
    answer_of,
    as_chat,
    chat_record,
    dpo_record,
    exported,
    pair_of,
    pair_record,
)
from finetune.prepare.columns import known_columns, no_columns
from finetune.prepare.json_rows import Value
from finetune.prepare.record import Pass, Record

LOOKED_AT = 50  # first rows that say what a file holds


class Requests:
    """The batch requests among all inputs, and which of them were answered in this pass."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self.answers_given = False

    def keep(self, source: int, row: int, request: Json) -> None:
        """Remember a request."""
        name = str(request["custom_id"])
        self._bodies.setdefault(name, to_json(request["body"], inf_nan_mode="constants"))
        self._places.setdefault(name, (source, row))

    def find(self, custom_id: object) -> Json | None:
        """The body of the request that an answer belongs to."""
        body = self._bodies.get(str(custom_id))
        return from_json(body) if body is not None else None

    def unanswered(self, answered: set[str]) -> Iterator[tuple[int, int]]:
        """(source, row) of the requests that nothing answered."""
        return (place for name, place in self._places.items() if name not in answered)


class JsonRows:
    """The rows of one JSON, JSON Lines or Parquet file."""

    def __init__(
        self,
        source: int,
        path: Path,
        values: Callable[[Pass], Iterator[Value]],
        wanted: tuple[str, str] | None,
        requests: Requests,
    ) -> None:
        """Look at the first rows. Raises InputError when nothing can be made of them."""
        self._source = source
        self._values = values
        self._requests = requests
        self._wanted = wanted
        self.names: tuple[str, ...] = ()
        """Keys of prompt and completion as found; empty when the rows are no pairs."""
        self.wrong_case = False
        self.extra: tuple[str, ...] = ()
        first = list(islice(values(Pass()), LOOKED_AT))
        if not first:
            raise InputError(f"{path} is empty")
        self.holds_requests = any(_is_request(item.value) for item in first)
        requests.answers_given |= any(_is_answer(item.value) for item in first)
        self._look(first, path)

    def keep_requests(self) -> None:
        """Read the file once for its batch requests."""
        for item in self._values(Pass()):
            if _is_request(item.value):
                self._requests.keep(self._source, item.row, item.value)

    def records(self, walk: Pass, answered: set[str]) -> Iterator[Record]:
        """All rows that are records; the others are reported to `walk`."""
        for row, value, code, message in self._values(walk):
            if code:
                walk.refuse(self._source, row, code, message)
            elif not isinstance(value, dict):
                walk.refuse(self._source, row, "no_columns", "not a JSON object")
            else:
                record = self._record(row, value, walk, answered)
                if record is not None:
                    yield record

    def _record(self, row: int, value: Json, walk: Pass, answered: set[str]) -> Record | None:
        source, names = self._source, self.names
        if names and names[0] in value and names[1] in value:
            return pair_record(source, row, value, names)
        if isinstance(value.get("messages"), list) and "choices" not in value:
            return chat_record(source, row, value)
        if "preferred_output" in value:
            return dpo_record(source, row, value)
        if "custom_id" in value and ("body" in value or "response" in value):
            return self._batch(row, value, walk, answered)
        return self._odd(row, value, walk)

    def _odd(self, row: int, value: Json, walk: Pass) -> Record | None:
        """An export, or a pair under other names than the rows before."""
        if (chat := exported(value)) is not None:
            return chat_record(self._source, row, chat)
        own = None if self._wanted else pair_of(value)
        if own is not None:
            return pair_record(self._source, row, value, own)
        there = ", ".join(map(repr, list(value)[:6])) or "nothing"
        why = f"no prompt and completion in it; it has {there}"
        walk.refuse(self._source, row, "no_columns", why)
        return None

    def _batch(self, row: int, value: Json, walk: Pass, answered: set[str]) -> Record | None:
        if _is_request(value):
            if self._requests.answers_given:
                return None
            return chat_record(self._source, row, as_chat(value["body"], None))
        request = self._requests.find(value["custom_id"])
        response = value.get("response")
        answer = answer_of(response.get("body") if isinstance(response, dict) else None)
        answered.add(str(value["custom_id"]))
        if request is None:
            why = "a batch answer without its request; give the batch's input file too"
            walk.refuse(self._source, row, "no_request", why)
        elif answer is None:
            walk.refuse(self._source, row, "no_answer", "the batch has an error here, no answer")
        else:
            return chat_record(self._source, row, as_chat(request, answer))
        return None

    def _look(self, first: Iterable[Value], path: Path) -> None:
        rows = [item.value for item in first if isinstance(item.value, dict)]
        for row in rows:
            if self._find_names(row):
                return
        readable = [item for item in first if not item.code]
        if self._wanted is not None and rows and not any(map(_is_other, rows)):
            raise no_columns(list(rows[0]), self._wanted, path)
        if rows and not any(map(_is_other, rows)):
            raise no_columns(list(rows[0]), None, path)
        if readable and not rows:
            raise InputError(
                f"{path} holds no JSON objects; a row is written {{"
                '"prompt": "…", "completion": "…"}'
            )

    def _find_names(self, row: Json) -> bool:
        if self._wanted is not None:
            if any(name not in row for name in self._wanted):
                return False
            self.names = self._wanted
        else:
            if _is_other(row):
                return False
            columns = known_columns(list(row))
            if columns is None:
                return False
            self.names = (columns.prompt_name, columns.completion_name)
            if columns.context is not None:
                self.names += (columns.names[columns.context],)
            self.wrong_case = columns.wrong_case
        self.extra = tuple(name for name in row if name not in self.names)
        return True


def _is_request(value: Any) -> bool:
    return isinstance(value, dict) and "custom_id" in value and isinstance(value.get("body"), dict)


def _is_answer(value: Any) -> bool:
    return isinstance(value, dict) and "custom_id" in value and "response" in value


def _is_other(row: Json) -> bool:
    """A row that is something else than a pair."""
    return (
        isinstance(row.get("messages"), list)
        or "preferred_output" in row
        or _is_request(row)
        or _is_answer(row)
        or exported(row) is not None
    )
