"""Checks one file of any size: reads it in portions, examines them, adds up what they hold.

A large file is examined by worker processes next to this one, each portion by one of them; results
are added up in the order of the file.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from finetune.check.collect import Collector
from finetune.check.decode import decoded
from finetune.check.examine import Batch, Examiner
from finetune.check.formats import Format, format_of
from finetune.check.money import Price, model_known_as
from finetune.check.portions import Advance, Portion, portions
from finetune.check.report import Facts, Report, reported
from finetune.dataset.example import Frozen
from finetune.errors import InputError
from finetune.files import unreadable

WORTH_WORKERS = 4_000_000  # bytes of a file that repay the start of workers


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
    first = next(portions(path, lambda _: None), Portion(1, b""))
    kind = options.format or _format(first)
    known = model_known_as(options.model)
    with _without_cycles(), Collector(known.longest_example) as found:
        examiner = Examiner(options.model, kind, first)
        with _examined(portions(path, advance), examiner, large=size > WORTH_WORKERS) as batches:
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


def _format(first: Portion) -> Format:
    """The format of the first row that tells one."""
    for number, line in enumerate(first.lines(), first.first):
        if (kind := format_of(decoded(number, line)[0])) is not None:
            return kind
    return "chat"


@contextmanager
def _examined(
    parts: Iterator[Portion], examiner: Examiner, *, large: bool
) -> Iterator[Iterator[Batch]]:
    if not large or not _may_fork():
        yield map(examiner.batch, parts)
        return
    workers = max(os.cpu_count() or 1, 2)
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("fork"), _start_worker, (examiner,)
    )
    try:
        yield _in_order(pool, parts, 2 * workers)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # they end while examples are compared


def _may_fork() -> bool:
    """Forked workers share this process's hash seed; only a process of one thread may fork."""
    return sys.platform == "linux" and threading.active_count() == 1


def _in_order(pool: ProcessPoolExecutor, parts: Iterator[Portion], most: int) -> Iterator[Batch]:
    waiting: deque[Future[Batch]] = deque()
    for part in parts:
        waiting.append(pool.submit(_work, part))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


_examiner: list[Examiner] = []  # of a worker process


def _start_worker(examiner: Examiner) -> None:
    os.environ["RAYON_NUM_THREADS"] = "1"  # noqa: TID251 - set, never read: the workers are enough
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends the pool
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _examiner.append(examiner)


def _work(part: Portion) -> Batch:
    return _examiner[0].batch(part)
