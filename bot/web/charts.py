"""Pictures of numbers as SVG, drawn on the server: they need no script, and follow the page's colours.

Every chart is drawn in three widths, and its sheet shows the one that fits, so that words stay as
readable on a phone as on a large screen. It holds its numbers as a table, too, for whoever cannot see it or copies them.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.web.plotting import DAY, Frame, scale_of, told
from bot.web.shapes import (
    Band,
    Ground,
    Mark,
    Plot,
    Series,
    band_of,
    bars_of,
    in_full,
    line_of,
)

__all__ = ["Band", "Mark", "Series", "Words", "bar_chart", "line_chart"]

FRAMES = {
    "wide": Frame(1040, 250, 52, 8),
    "middle": Frame(580, 220, 48, 5),
    "narrow": Frame(350, 210, 46, 3),
}
MARKED = 24  # free above the plot where there are marks
MOST_ROWS = 400  # of the table; the last ones


class Words(NamedTuple):
    """What stands around a chart; `title` is also what a screen reader says first."""

    title: str
    x: str
    numbers: str  # leads to the table


def line_chart(
    words: Words,
    series: Sequence[Series],
    *,
    times: bool = False,
    low: float | None = 0.0,
    high: float | None = None,
    percent: bool = False,
    steps: bool = False,
    marks: Sequence[Mark] = (),
    bands: Sequence[Band] = (),
) -> Markup:
    """Lines over numbers, or over times in seconds since the epoch (`times`, shown in UTC).

    `low`, `high`: where the scale begins and ends at least, None for the smallest and largest value.
    `percent`: 1.0 is written 100 %. `steps`: a value holds until the next one. Without any point,
    nothing but the title is drawn.
    """
    xs = sorted({x for each in series for x, y in each.points if y is not None})
    ys = [y for each in series for _, y in each.points if y is not None]
    ys += [y for band in bands for _, *ends in band.points for y in ends if y is not None]
    plots = []
    if xs and ys:
        scale = scale_of(min(ys) if low is None else low, max(ys) if high is None else high)
        for ground in _grounds(xs, scale, marks, times=times, percent=percent):
            lines = [line_of(each, ground, steps=steps) for each in series]
            shaded = [band_of(each, ground) for each in bands]
            plots.append(ground.plot(marks)._replace(lines=lines, bands=shaded))
    return _drawn(words, series, plots, marks, told(percent=percent), times=times)


def bar_chart(
    words: Words,
    series: Sequence[Series],
    *,
    times: bool = False,
    percent: bool = False,
    marks: Sequence[Mark] = (),
) -> Markup:
    """Bars upon each other, one pile for each x; y is not negative. Else as `line_chart`."""
    xs = sorted({x for each in series for x, y in each.points if y})
    plots = list[Plot]()
    if xs:
        known = [dict(each.points) for each in series]
        tallest = max(sum(points.get(x) or 0.0 for points in known) for x in xs)
        gap = min((b - a for a, b in pairwise(xs)), default=DAY if times else 1.0)
        scale = scale_of(0.0, tallest)
        grounds = _grounds(xs, scale, marks, times=times, percent=percent, margin=gap / 2)
        plots = [g.plot(marks)._replace(bars=bars_of(series, g)) for g in grounds]
    return _drawn(words, series, plots, marks, told(percent=percent), times=times)


def _grounds(
    xs: Sequence[float],
    scale: Sequence[float],
    marks: Sequence[Mark],
    *,
    times: bool,
    percent: bool,
    margin: float = 0.0,
) -> list[Ground]:
    return [
        Ground(
            name,
            frame._replace(top=frame.top + MARKED) if marks else frame,
            xs,
            scale,
            times,
            percent,
            margin,
        )
        for name, frame in FRAMES.items()
    ]


_FOLDER = Path(__file__).parent / "templates" / "desk"
_MADE = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _drawn(
    words: Words,
    series: Sequence[Series],
    plots: Sequence[Plot],
    marks: Sequence[Mark],
    tell: Callable[[float], str],
    *,
    times: bool,
) -> Markup:
    values: dict[str, Any] = {
        "words": words,
        "keys": series,
        "plots": plots,
        "marks": marks if plots else (),
        "rows": _rows(series, tell, times=times),
    }
    made = _MADE.get_template("chart.html").render(values)
    return Markup(made)  # noqa: S704 - made by a template that escapes


def _rows(
    series: Sequence[Series], tell: Callable[[float], str], *, times: bool
) -> list[tuple[str, list[str]]]:
    known = [dict(each.points) for each in series]
    xs = sorted({x for points in known for x in points})[-MOST_ROWS:]
    return [
        (
            in_full(x, times=times),
            ["" if (y := points.get(x)) is None else tell(y) for points in known],
        )
        for x in xs
    ]
