"""Runs a command to its exit code: one line on stderr and exit 1 instead of a traceback."""

import asyncio
import signal
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import typer

from finetune.dataset.discreet import discreet
from finetune.errors import FinetuneError

P = ParamSpec("P")
UNFORESEEN = "this went wrong in a way that nobody foresaw"


def finish(work: Callable[[], Awaitable[int]]) -> None:
    """Run `work`, ended in order by SIGTERM as by Ctrl-C; raises typer.Exit with its code."""

    async def until_stopped() -> int:
        if (task := asyncio.current_task()) is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work()

    raise typer.Exit(asyncio.run(until_stopped()))


@contextmanager
def explained(*, debug: bool) -> Iterator[None]:
    """What `finetune` says, and its exit code, when something cannot be done, or SIGTERM ends it."""
    try:
        with _stoppable():
            yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except asyncio.CancelledError:
        raise typer.Exit(143) from None
    except FinetuneError as error:
        _said(traceback.format_exc() if debug else str(error))
        raise typer.Exit(1) from None
    except (typer.Exit, typer.Abort, typer.BadParameter, BrokenPipeError):
        raise  # typer knows them
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said in one line
        short = (
            f"{UNFORESEEN} ({type(error).__name__}); with --debug it shows where. Please report it"
        )
        _said(traceback.format_exc() if debug else short)
        raise typer.Exit(1) from None


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM unwinds what is being done, as Ctrl-C does: half-written files are taken away."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stopped)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stopped(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def _said(line: str) -> None:
    print(f"finetune: {discreet(line)}", file=sys.stderr)  # noqa: T201 - the command's one line


def explaining(command: Callable[P, None]) -> Callable[P, None]:
    """A command that raises FinetuneError, with its options as they are."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        with explained(debug=bool(kwargs.get("debug", False))):
            command(*args, **kwargs)

    return wrapped
