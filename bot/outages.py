"""One line in the log where the database is in trouble, however much fails because of it.

`logs.py` has every event pass here, our own and the libraries'; `bootstrap` says which of the
driver's errors are an outage. Everything else keeps its traceback.
"""

import logging
import sys
import time
from collections.abc import Callable, Iterator

import structlog

EVERY = 60.0  # seconds between two lines about the same kind of trouble
MOST = 500  # kinds of trouble that are kept apart
_ERRORS = ("error", "exception", "critical", "fatal")  # how structlog calls them


def _nothing(_error: BaseException) -> bool:
    return False


class Outages(logging.Filter):
    """A processor for structlog, and a filter for the handlers of the standard library."""

    def __init__(self) -> None:
        super().__init__()
        self._is_outage: Callable[[BaseException], bool] = _nothing
        self._said: dict[str, float] = {}
        self._left_out = 0

    def known_by(self, is_outage: Callable[[BaseException], bool]) -> None:
        """From now on an outage is what this says."""
        self._is_outage = is_outage

    def __call__(
        self, _logger: object, name: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        """An event of ours: without its traceback; what is no error is dropped for a minute."""
        found = self._outage(_raised(event.get("exc_info")))
        if found is None:
            return event
        due = self._due(f"{event.get('event')} {type(found).__name__}")
        if not due and name not in _ERRORS:
            self._left_out += 1
            raise structlog.DropEvent
        event.pop("exc_info")
        event["database"] = _line(found)
        if self._left_out:
            event["left_out"], self._left_out = self._left_out, 0
        return event

    def filter(self, record: logging.LogRecord) -> bool:
        """A line of a library: the same."""
        if isinstance(record.msg, dict):  # ours, seen above
            return True
        found = self._outage(_raised(record.exc_info))
        if found is not None:
            due = self._due(f"{record.name} {record.msg} {type(found).__name__}")
            record.msg, record.args = f"{record.getMessage()}: {_line(found)}", ()
            record.exc_info = record.exc_text = None
            return self._passes(record, due=due)
        if record.name.startswith("docket") and "Redis" in record.getMessage():
            due = self._due("docket")  # which says so every second
            self._left_out += not due
            return due
        return True

    def _passes(self, record: logging.LogRecord, *, due: bool) -> bool:
        passes = due or record.levelno >= logging.ERROR
        self._left_out += not passes
        return passes

    def _outage(self, error: BaseException | None) -> BaseException | None:
        return next((each for each in _behind(error, self._alike) if self._is_outage(each)), None)

    def _alike(self, error: BaseException) -> bool:
        """Whether it may well be what an outage was turned into: no bug met while one was handled."""
        return self._is_outage(error) or isinstance(error, (OSError, TimeoutError))

    def _due(self, kind: str) -> bool:
        now = time.monotonic()
        if now - self._said.get(kind, -EVERY) < EVERY:
            return False
        if len(self._said) >= MOST:
            self._said.clear()
        self._said[kind] = now
        return True


OUTAGES = Outages()  # of the process, as the log is


def _raised(given: object) -> BaseException | None:
    """The exception, in whichever way it was given to the log."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _behind(
    error: BaseException | None, alike: Callable[[BaseException], bool]
) -> Iterator[BaseException]:
    """The error and what it came of; not what was merely being handled when it was raised."""
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        each = todo.pop(0)
        if each is None or each in seen:
            continue
        seen.append(each)
        yield each
        todo.append(each.__cause__)
        if not each.__suppress_context__ and alike(each):
            todo.append(each.__context__)
        if isinstance(each, BaseExceptionGroup):
            todo += each.exceptions


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
