"""A progress bar on stderr for work that takes over two seconds; nothing where no person looks."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from finetune.commands.output import Output

SHOWN_AFTER = 2.0  # seconds


class Advance(Protocol):
    """Tells a bar how much was done since the last call, and perhaps what to say now."""

    def __call__(self, amount: float, title: str | None = None, /) -> None:
        """Draw it."""


@contextmanager
def bar(
    output: Output, title: str, total: float | None = None, *, in_bytes: bool = False
) -> Iterator[Advance]:
    """Call what it gives with the amount done since the last call. `total` None: not known."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if in_bytes else MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=output.remarks,
        transient=True,
        disable=not output.remarks.is_terminal,
    )
    task = progress.add_task(title, total=total)
    began, shown = time.monotonic(), False

    def advance(amount: float, title: str | None = None, /) -> None:
        nonlocal shown
        progress.update(task, advance=amount, description=title)
        if not shown and time.monotonic() - began > SHOWN_AFTER:
            progress.start()
            shown = True

    try:
        yield advance
    finally:
        progress.stop()
