"""One file through `finetune prepare`: what is found in it, and the rows that can be imported.

Runs in a process of its own (`child.py`): parsers of hostile files cannot be stopped otherwise.
"""

import errno
import json
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from finetune.dataset.example import Example, Message, Source, Status
from finetune.errors import FinetuneError, InputError
from finetune.exchange.look import NO_ROWS, REFUSED, TOO_MUCH, Look, Order, Ticked, Unfit
from finetune.prepare.findings import Finding

PREVIEWED = 5  # rows
SHOWN = 20  # rows that are refused are all counted; so many are named
UNPACKED = 200_000_000  # bytes that a workbook may say to become; more is a bomb
DRAFT = "prepared.jsonl"
ROWS = "rows.jsonl"


def looked(folder: Path, file: Path, order: Order, advance: Callable[[int], None]) -> Look:
    """Write `rows.jsonl` into `folder` and say what is in it; raises nothing for a bad file."""
    draft = folder / DRAFT
    draft.unlink(missing_ok=True)
    try:
        if _bomb(file):
            return Look(order=order, why=TOO_MUCH)
        return _prepared(folder, file, order, advance)
    except (FinetuneError, OSError) as error:
        if _unwritten(error) or _unwritten(error.__context__):
            (folder / ROWS).unlink(missing_ok=True)
            return Look(order=order, why=TOO_MUCH)
        said = str(error).replace(str(file), order.name).partition(" Name them: --")[0]
        return Look(order=order, why=NO_ROWS if "is empty" in said else REFUSED, detail=said)
    finally:
        draft.unlink(missing_ok=True)


def _unwritten(error: BaseException | None) -> bool:
    """Whether it was more than may be written, or than there is room for."""
    return isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC)


def _prepared(folder: Path, file: Path, order: Order, advance: Callable[[int], None]) -> Look:
    from finetune.prepare import preparing
    from finetune.prepare.inputs import InputOptions, open_inputs
    from finetune.prepare.writing import outputs_of

    inputs = open_inputs([file], InputOptions(order.columns, order.sheet or None))
    options = preparing.Options(outputs=outputs_of(folder / DRAFT), model=order.model)
    prepared = preparing.prepare(inputs, options, Ticked(order), advance)
    (one,) = inputs.inputs
    look = Look(
        order=order,
        kind=one.kind,
        encoding=one.encoding or "",
        read=prepared.rows_read,
        left_out=prepared.left_out,
        findings=tuple(_short(finding) for finding in prepared.findings),
    )
    return look.model_copy(update=_fitting(folder / DRAFT, folder / ROWS))


def _short(finding: Finding) -> Finding:
    """Of a hundred thousand rows only the first are named."""
    return finding.model_copy(update={"rows": finding.rows[:SHOWN]})


def _fitting(draft: Path, rows: Path) -> dict[str, object]:
    """Keep the rows that the dataset can hold."""
    ready, preview, unfit, unfit_count = 0, list[tuple[Message, ...]](), list[Unfit](), 0
    with draft.open(encoding="utf-8") as lines, rows.open("w", encoding="utf-8") as kept:
        for number, line in enumerate(lines, 1):
            try:
                messages = messages_of(json.loads(line))
            except InputError as error:
                unfit_count += 1
                if len(unfit) < SHOWN:
                    unfit.append(Unfit(row=number, why=str(error)))
                continue
            ready += 1
            if len(preview) < PREVIEWED:
                preview.append(messages)
            wire = [message.wire() for message in messages]
            kept.write(json.dumps({"messages": wire}) + "\n")
    return {
        "ready": ready,
        "preview": tuple(preview),
        "unfit": tuple(unfit),
        "unfit_count": unfit_count,
    }


def messages_of(row: object) -> tuple[Message, ...]:
    """The conversation of a prepared row. Raises InputError for what the dataset cannot hold."""
    if isinstance(row, dict) and "preferred_output" in row:
        raise InputError("a preference pair; import chat rows, or correct the answer in Slack")
    found = row.get("messages") if isinstance(row, dict) else None
    try:
        messages = tuple(Message.model_validate(message) for message in found or ())
    except ValidationError:
        raise InputError("holds tool calls, pictures or empty messages, not only text") from None
    try:
        _probe(messages)
    except ValidationError as error:
        raise InputError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    return messages


def _probe(messages: tuple[Message, ...]) -> None:
    Example(
        example_id="",
        messages=messages,
        status=Status.PENDING,
        source=Source.IMPORT,
        thread="",
        created_at=0,
        updated_at=0,
    )


def _bomb(file: Path) -> bool:
    """Whether a workbook says that it becomes much more than it is."""
    import zipfile

    if not zipfile.is_zipfile(file):
        return False
    with zipfile.ZipFile(file) as archive:
        return sum(entry.file_size for entry in archive.infolist()) > UNPACKED


def read_ready(rows: Path, start: int = 0) -> Iterator[tuple[Message, ...]]:
    """The rows that `looked` has kept, from one on."""
    with rows.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number >= start:
                yield tuple(Message.model_validate(m) for m in json.loads(line)["messages"])
