"""Installed as `sitecustomize` into a bot of its own: its clock is off by the seconds in a file.

Only the time of day: what the process measures and waits by (`time.monotonic`) goes on as it is.
"""

import datetime as dt
import os
import time

_TIME, _DATETIME = time.time, dt.datetime


def _off() -> float:
    with open(os.environ["CLOCK_FILE"]) as file:  # noqa: PTH123  # before anything else is imported
        return float(file.read() or 0)


def _now() -> float:
    return _TIME() + _off()


class _Dates(type):
    def __instancecheck__(cls, other: object) -> bool:
        return isinstance(other, _DATETIME)


class _Clock(_DATETIME, metaclass=_Dates):
    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:  # type: ignore[override]
        return _DATETIME.fromtimestamp(_now(), tz)


time.time = _now
dt.datetime = _Clock  # type: ignore[misc]
