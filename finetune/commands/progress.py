"""A progress bar on stderr for work that takes over two seconds; nothing where no person looks."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from finetune.commands.output import Output

SHOWN_AFTER = 2.0  # seconds
Advance = Callable[[float], None]


@contextmanager
def bar(output: Output, title: str, total: float | None = None) -> Iterator[Advance]:
    """Call what it gives with the amount done since the last call. `total` None: not known."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=output.remarks,
        transient=True,
        disable=not output.remarks.is_terminal,
    )
    task = progress.add_task(title, total=total)
    began, shown = time.monotonic(), False

    def advance(amount: float) -> None:
        nonlocal shown
        progress.update(task, advance=amount)
        if not shown and time.monotonic() - began > SHOWN_AFTER:
            progress.start()
            shown = True

    try:
        yield advance
    finally:
        progress.stop()
