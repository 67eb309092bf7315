"""Opens what a user names, whatever it is, and gives its rows as records, again and again.

inputs = open_inputs([Path("faq.xlsx")], InputOptions())
for batch in inputs.batches(advance):   # list[Record]; memory holds one batch
    ...
inputs.unreadable                       # known after a complete pass
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from finetune.errors import InputError
from finetune.files import unreadable
from finetune.prepare.columns import Columns
from finetune.prepare.encodings import Encoding, encoding_of
from finetune.prepare.json_records import JsonRows, Requests
from finetune.prepare.json_rows import document_values, line_values
from finetune.prepare.kinds import kind_of
from finetune.prepare.record import Pass, Record, Rows, Unreadable, gathered
from finetune.prepare.tables import open_table, table_rows
from finetune.prepare.text_rows import text_records, text_shape
from finetune.prepare.workbook import open_workbook, workbook_records

Read = Callable[[Pass, set[str]], Iterator[Rows]]


class InputOptions(NamedTuple):
    """What the user said about the inputs; None: find out."""

    columns: tuple[str, str] | None = None
    """Names of the prompt's and the completion's column, or "1", "2" where there are no names."""
    sheet: str | None = None
    """Sheet of a workbook; the first when not said."""
    encoding: str | None = None


class Input(NamedTuple):
    """What is known of one input once it is opened."""

    path: Path
    kind: str
    """csv, tsv, xlsx, json, jsonl, parquet or txt."""
    size: int
    """In bytes."""
    encoding: str | None
    """None where the format says it itself: xlsx and parquet."""
    encoding_detected: bool
    prompt_column: str | None
    """As the file names it; None when the rows are no pairs or have no names."""
    completion_column: str | None
    wrong_case: bool
    """The columns are named, but not quite as they should be: "Prompt", " completion"."""
    extra_columns: tuple[str, ...]
    read: Read
    """For `Inputs`: the rows of one pass."""


class Inputs:
    """Several opened inputs as one stream of records."""

    def __init__(self, inputs: Sequence[Input], requests: Requests) -> None:
        self.inputs = tuple(inputs)
        self.size = sum(one.size for one in inputs)
        """Bytes of all inputs: what `advance` is told in the course of one pass."""
        self.unreadable: list[Unreadable] = []
        """Rows that are no records, the first 1,000, after a complete pass."""
        self.unreadable_count = 0
        self._requests = requests

    def batches(self, advance: Callable[[int], None] | None = None) -> Iterator[list[Record]]:
        """All records in order, at most 4,096 at a time; otherwise as `rows`."""
        for rows in self.rows(advance):
            yield [rows.record(at) for at in range(len(rows))]

    def rows(self, advance: Callable[[int], None] | None = None) -> Iterator[Rows]:
        """All rows in order, by column; reads the files anew at every call.

        `advance` is told how many more bytes are read. Raises InputError.
        """
        walk = Pass(advance)
        answered: set[str] = set()
        for one in self.inputs:
            for rows in one.read(walk, answered):
                yield rows
                walk.report()
            walk.report(one.size)
        if self._requests.answers_given:
            for source, row in self._requests.unanswered(answered):
                walk.refuse(source, row, "no_answer", "a batch request without its answer")
        self.unreadable, self.unreadable_count = walk.unreadable, walk.unreadable_count


def open_inputs(paths: Sequence[Path], options: InputOptions | None = None) -> Inputs:
    """Find out what each file is and where its prompt and completion are. Raises InputError."""
    options = options or InputOptions()
    requests = Requests()
    inputs: list[Input] = []
    rows: list[JsonRows] = []
    for source, path in enumerate(paths):
        one, json_rows = _opened(source, Path(path), options, requests)
        inputs.append(one)
        if json_rows is not None and json_rows.holds_requests:
            rows.append(json_rows)
    if requests.answers_given:
        for json_rows in rows:
            json_rows.keep_requests()
    if options.sheet is not None and all(one.kind != "xlsx" for one in inputs):
        raise InputError("--sheet is for workbooks, and there is none among the inputs")
    return Inputs(inputs, requests)


def _opened(
    source: int, path: Path, options: InputOptions, requests: Requests
) -> tuple[Input, JsonRows | None]:
    kind = kind_of(path)
    if kind == "xlsx":
        return _workbook(source, path, options), None
    if kind == "parquet":
        from finetune.prepare.parquet_rows import parquet_values

        rows = JsonRows(source, path, partial(parquet_values, path), options.columns, requests)
        return _json(path, kind, None, rows), rows
    encoding = encoding_of(path, options.encoding, is_json=kind in {"json", "jsonl"})
    if kind in {"json", "jsonl"}:
        return _json_file(source, path, kind, encoding, options, requests)
    if kind == "txt":
        shape = text_shape(path, encoding)
        if shape == "jsonl":
            return _json_file(source, path, shape, encoding, options, requests)
        read = partial(_read_text, path, encoding, shape, source)
        return _input(path, kind, encoding, read), None
    return _table(source, path, kind, encoding, options), None


def _json_file(
    source: int,
    path: Path,
    kind: str,
    encoding: Encoding,
    options: InputOptions,
    requests: Requests,
) -> tuple[Input, JsonRows]:
    values = document_values if kind == "json" else line_values
    rows = JsonRows(source, path, partial(values, path, encoding), options.columns, requests)
    return _json(path, kind, encoding, rows), rows


def _json(path: Path, kind: str, encoding: Encoding | None, rows: JsonRows) -> Input:
    def read(walk: Pass, answered: set[str]) -> Iterator[Rows]:
        return gathered(rows.records(walk, answered))

    made = _input(path, kind, encoding, read)
    prompt, completion = rows.names[:2] if rows.names else (None, None)
    return made._replace(
        prompt_column=prompt,
        completion_column=completion,
        wrong_case=rows.wrong_case,
        extra_columns=rows.extra,
    )


def _workbook(source: int, path: Path, options: InputOptions) -> Input:
    book = open_workbook(path, options.sheet, options.columns)

    def read(walk: Pass, _: set[str]) -> Iterator[Rows]:
        return gathered(workbook_records(book, source, walk))

    return _with_columns(_input(path, "xlsx", None, read), book.columns)


def _table(source: int, path: Path, kind: str, encoding: Encoding, options: InputOptions) -> Input:
    table = open_table(path, encoding, options.columns, "\t" if kind == "tsv" else None)

    def read(walk: Pass, _: set[str]) -> Iterator[Rows]:
        return table_rows(table, source, walk)

    return _with_columns(_input(path, kind, encoding, read), table.columns)


def _read_text(
    path: Path, encoding: Encoding, shape: str, source: int, walk: Pass, _: set[str]
) -> Iterator[Rows]:
    return gathered(text_records(path, encoding, shape, source, walk))


def _with_columns(made: Input, columns: Columns) -> Input:
    return made._replace(
        prompt_column=columns.prompt_name if columns.header else None,
        completion_column=columns.completion_name if columns.header else None,
        wrong_case=columns.wrong_case,
        extra_columns=columns.extra,
    )


def _input(path: Path, kind: str, encoding: Encoding | None, read: Read) -> Input:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from None
    name = encoding.name if encoding else None
    detected = encoding.detected if encoding else False
    return Input(path, kind, size, name, detected, None, None, False, (), read)
