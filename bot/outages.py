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
        self, _logger: object, _name: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        """An event of ours: without its traceback, or dropped."""
        found = self._outage(_raised(event.get("exc_info")))
        if found is None:
            return event
        if not self._due(type(found).__name__):
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
            record.msg, record.args = f"{record.getMessage()}: {_line(found)}", ()
            record.exc_info = record.exc_text = None
            return self._due(type(found).__name__)
        if record.name.startswith("docket") and "Redis" in record.getMessage():
            return self._due("docket")  # which says so every second
        return True

    def _outage(self, error: BaseException | None) -> BaseException | None:
        return next((each for each in _behind(error) if self._is_outage(each)), None)

    def _due(self, kind: str) -> bool:
        now = time.monotonic()
        if now - self._said.get(kind, -EVERY) < EVERY:
            self._left_out += 1
            return False
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


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came of."""
    seen: list[BaseException] = []
    todo = [error]
    while todo:
        each = todo.pop(0)
        if each is None or each in seen:
            continue
        seen.append(each)
        yield each
        todo += [each.__cause__, each.__context__]
        if isinstance(each, BaseExceptionGroup):
            todo += each.exceptions


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
