"""Checks one file of any size: reads it in batches, examines them, adds up what they hold.

A large file is examined by worker processes next to this one, each batch by one of them; results
are added up in the order of the file.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from finetune.check.collect import Collector
from finetune.check.decode import decoded
from finetune.check.examine import Batch, Examiner, Line
from finetune.check.formats import Format, format_of
from finetune.check.money import Price, model_known_as
from finetune.check.report import Facts, Report, reported
from finetune.dataset.example import Frozen
from finetune.errors import InputError
from finetune.files import lines, unreadable

BATCH_LINES, BATCH_BYTES = 2_000, 1_000_000
WORTH_WORKERS = 8_000_000  # bytes of a file that repay the start of workers
LINES_LOOKED_AT = 1_000  # for the format
Advance = Callable[[int], None]


class Options(Frozen):
    """How the file is to be trained on."""

    model: str
    format: Format | None = None
    epochs: int | None = None
    price: Price | None = None


def check_file(path: Path, options: Options, advance: Advance = lambda _: None) -> Report:
    """Read `path` once, to its end. `advance` is told of bytes read.

    Raises InputError when the file cannot be read or is empty; nothing in it raises anything.
    """
    size = _size(path)
    kind = options.format or _format(path)
    known = model_known_as(options.model)
    with _without_cycles(), Collector(known.longest_example) as found:
        with _examined(path, options.model, kind, size, advance) as batches:
            for batch in batches:
                found.add(batch)
        found.compare()
        facts = Facts(
            file=str(path),
            bytes=size,
            format=kind,
            model=options.model,
            known=known,
            price=options.price or known.price,
            epochs=options.epochs,
            today=date.today(),  # noqa: DTZ011 - the user's day
        )
        return reported(facts, found)


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Rows make no cycles, and looking for some in them takes a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise unreadable(path, error) from None
    if path.is_file() and not size:
        raise InputError(f"{path} is empty; write one JSON object on each line")
    return size


def _format(path: Path) -> Format:
    """The format of the first row that tells one."""
    for number, line in lines(path):
        if (kind := format_of(decoded(number, line)[0])) is not None:
            return kind
        if number >= LINES_LOOKED_AT:
            break
    return "chat"


def _batches(path: Path, advance: Advance) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for number, line in lines(path):
        batch.append((number, line))
        size += len(line or b"") + 1
        if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
            advance(size)
            yield batch
            batch, size = [], 0
    if batch:
        advance(size)
        yield batch


@contextmanager
def _examined(
    path: Path, model: str, kind: Format, size: int, advance: Advance
) -> Iterator[Iterator[Batch]]:
    batches = _batches(path, advance)
    if size < WORTH_WORKERS or not _may_fork():
        yield map(Examiner(model, kind).batch, batches)
        return
    workers = max(os.cpu_count() or 1, 2)
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("fork"), _start_worker, (model, kind)
    )
    try:
        yield _in_order(pool, batches, 2 * workers)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _may_fork() -> bool:
    """Forked workers share this process's hash seed; only a process of one thread may fork."""
    return sys.platform == "linux" and threading.active_count() == 1


def _in_order(
    pool: ProcessPoolExecutor, batches: Iterator[list[Line]], most: int
) -> Iterator[Batch]:
    waiting: deque[Future[Batch]] = deque()
    for batch in batches:
        waiting.append(pool.submit(_work, batch))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_examiner: list[Examiner] = []  # of a worker process


def _start_worker(model: str, kind: Format) -> None:
    os.environ["RAYON_NUM_THREADS"] = "1"  # noqa: TID251 - set, never read: the workers are enough
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the pool
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _examiner.append(Examiner(model, kind))


def _work(batch: list[Line]) -> Batch:
    return _examiner[0].batch(batch)
