"""Where the points, bars and ticks of a chart stand; pure numbers, drawn by `charts.py`."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

LINES = 4  # of the grid, about
DAY = 86_400.0


class Frame(NamedTuple):
    """The drawing: its size, and what is left free around the plot for words."""

    width: int
    height: int
    left: int
    ticks: int  # below, about
    top: int = 12
    right: int = 14
    bottom: int = 24


class Axis(NamedTuple):
    """From values to places."""

    first: float
    last: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.last - self.first or 1.0
        return round(self.begin + (value - self.first) / span * (self.end - self.begin), 1)


def scale_of(low: float, high: float) -> list[float]:
    """Round numbers from `low` or below to `high` or above."""
    span = high - low or abs(high) or 1.0
    rough = span / LINES
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * times for times in (1, 2, 2.5, 5, 10) if unit * times >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [number * step for number in range(first, last + 1)]


def ticks_of(xs: Sequence[float], count: int, *, times: bool) -> list[float]:
    """Where something is written below, within the values that are shown."""
    span = xs[-1] - xs[0]
    if not span:
        return [xs[0]]
    if not times:
        found = [x for x in scale_of(xs[0], xs[-1]) if xs[0] <= x <= xs[-1]]
        return found[:: math.ceil(len(found) / (count + 1))]
    if all(x % DAY == 0 for x in xs):  # days: no tick between two of them
        days = round(span / DAY)
        step = math.ceil(days / (count - 1)) * DAY
        return [xs[-1] - step * part for part in range(int(span // step), -1, -1)]
    return [xs[0] + span * part / (count - 1) for part in range(count)]


def told_at(x: float, xs: Sequence[float]) -> str:
    """A time as short as it can be said, within the times that are shown."""
    when = datetime.fromtimestamp(x, UTC)
    days = (xs[-1] - xs[0]) / DAY
    whole = all(each % DAY == 0 for each in xs)
    return when.strftime("%Y-%m" if days > 400 else "%m-%d" if days >= 4 or whole else "%H:%M")


def short(value: float) -> str:
    """A number in few letters."""
    for power, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= power:
            return f"{value / (1e3 if letter == 'k' else power):g}{letter}"
    return f"{value:.4g}"


def told(*, percent: bool) -> Callable[[float], str]:
    """How values are written: as they are, or 1.0 as 100 %."""
    return (lambda value: f"{value * 100:.4g}\u202f%") if percent else short
