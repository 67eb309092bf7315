"""Pictures of numbers as SVG, drawn on the server: they need no script, and follow the page's colours.

Every chart holds its numbers as a table, too, for whoever cannot see it or wants to copy them.
"""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from jinja2 import Environment
from markupsafe import Markup

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 10, 24
LINES = 4  # of the grid, about
TICKS = 5  # below, about
DAY = 86_400.0


class Series(NamedTuple):
    """One line: points of (x, y), x ascending; None is a gap. `colour` is 1 to 5."""

    name: str
    points: Sequence[tuple[float, float | None]]
    colour: int = 1
    dashed: bool = False


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
    percent: bool = False,
    steps: bool = False,
) -> Markup:
    """Lines over numbers, or over times in seconds since the epoch (`times`, shown in UTC).

    `low`: where the scale begins, None for the smallest value. `percent`: 1.0 is written 100 %.
    `steps`: a value holds until the next one. Without any point, nothing but the title is drawn.
    """
    xs = sorted({x for each in series for x, y in each.points if y is not None})
    ys = [y for each in series for _, y in each.points if y is not None]
    if not xs or not ys:
        return _drawn(words, series, [], [], [], _told(percent=percent), times=times)
    scale = _scale(min(ys) if low is None else low, max(ys))
    across = _Axis(xs[0], xs[-1], LEFT, WIDTH - RIGHT)
    up = _Axis(scale[0], scale[-1], HEIGHT - BOTTOM, TOP)
    marks = [(across(x), _at(x, xs) if times else _short(x)) for x in _ticks(xs, times=times)]
    lines = [_line(each, across, up, steps=steps) for each in series]
    grid = [(up(y), _told(percent=percent)(y)) for y in scale]
    return _drawn(words, series, lines, grid, marks, _told(percent=percent), times=times)


class _Axis(NamedTuple):
    """From values to places."""

    first: float
    last: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.last - self.first or 1.0
        return round(self.begin + (value - self.first) / span * (self.end - self.begin), 1)


class _Line(NamedTuple):
    path: str
    dots: Sequence[tuple[float, float]]
    series: Series


def _line(series: Series, across: _Axis, up: _Axis, *, steps: bool) -> _Line:
    path, begun, before = [], False, 0.0
    dots = [(across(x), up(y)) for x, y in series.points if y is not None]
    for x, y in series.points:
        if y is None:
            begun = False
            continue
        if begun and steps:
            path.append(f"L{across(x)} {before}")
        before = up(y)
        path.append(f"{'L' if begun else 'M'}{across(x)} {before}")
        begun = True
    return _Line("".join(path), dots if len(dots) <= 40 else [], series)


def _scale(low: float, high: float) -> list[float]:
    """Round numbers from `low` or below to `high` or above."""
    span = high - low or abs(high) or 1.0
    rough = span / LINES
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * times for times in (1, 2, 2.5, 5, 10) if unit * times >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = max(math.ceil(high / step - 1e-9), first + 1)
    return [number * step for number in range(first, last + 1)]


def _ticks(xs: Sequence[float], *, times: bool) -> list[float]:
    span = xs[-1] - xs[0]
    if not span:
        return [xs[0]]
    if times:
        return [xs[0] + span * part / (TICKS - 1) for part in range(TICKS)]
    return [x for x in _scale(xs[0], xs[-1]) if xs[0] <= x <= xs[-1]]


def _at(x: float, xs: Sequence[float]) -> str:
    """As short as it can be said, within the days that are shown."""
    when = datetime.fromtimestamp(x, UTC)
    days = (xs[-1] - xs[0]) / DAY
    return when.strftime("%Y-%m" if days > 400 else "%m-%d" if days >= 4 else "%H:%M")


def _short(value: float) -> str:
    for power, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= power:
            return f"{value / (1e3 if letter == 'k' else power):g}{letter}"
    return f"{value:.4g}"


def _told(*, percent: bool) -> Callable[[float], str]:
    return (lambda value: f"{value * 100:.4g}\u202f%") if percent else _short


_SVG = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    """<figure class="chart">
{% if lines %}
<svg viewBox="0 0 {{ width }} {{ height }}" role="img" aria-label="{{ words.title }}">
{% for y, text in grid %}
<line class="gridline" x1="{{ left }}" x2="{{ width - right }}" y1="{{ y }}" y2="{{ y }}"/>
<text x="{{ left - 6 }}" y="{{ y + 4 }}" text-anchor="end">{{ text }}</text>
{% endfor %}
{% for x, text in marks %}
<text x="{{ x }}" y="{{ height - 6 }}" text-anchor="{{ 'start' if loop.first else 'end' if loop.last else 'middle' }}">{{ text }}</text>
{% endfor %}
{% for line in lines %}
<g class="series-{{ line.series.colour }}"><path class="line{{ ' dashed' if line.series.dashed }}" d="{{ line.path }}"/>
{% for x, y in line.dots %}<circle class="dot" cx="{{ x }}" cy="{{ y }}" r="2.5"/>{% endfor %}</g>
{% endfor %}
</svg>
{% endif %}
<figcaption><strong>{{ words.title }}</strong>
{% if lines|length > 1 %}{% for each in series %}<span class="key series-{{ each.colour }}">{{ each.name }}</span>{% endfor %}{% endif %}
</figcaption>
{% if rows %}
<details><summary>{{ words.numbers }}</summary><div class="table" tabindex="0"><table>
<thead><tr><th>{{ words.x }}</th>{% for each in series %}<th class="number">{{ each.name }}</th>{% endfor %}</tr></thead>
<tbody>{% for x, ys in rows %}<tr><td>{{ x }}</td>{% for y in ys %}<td class="number">{{ y }}</td>{% endfor %}</tr>{% endfor %}</tbody>
</table></div></details>
{% endif %}
</figure>"""
)
MOST_ROWS = 400  # of the table; the last ones


def _drawn(
    words: Words,
    series: Sequence[Series],
    lines: Sequence[_Line],
    grid: Sequence[tuple[float, str]],
    marks: Sequence[tuple[float, str]],
    told: Callable[[float], str],
    *,
    times: bool,
) -> Markup:
    values: dict[str, Any] = {
        "words": words,
        "series": series,
        "lines": lines,
        "grid": grid,
        "marks": marks,
        "rows": _rows(series, told, times=times),
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": RIGHT,
    }
    return Markup(_SVG.render(values))  # noqa: S704 - made by a template that escapes


def _rows(
    series: Sequence[Series], told: Callable[[float], str], *, times: bool
) -> list[tuple[str, list[str]]]:
    known = [dict(each.points) for each in series]
    xs = sorted({x for points in known for x in points})[-MOST_ROWS:]
    return [
        (
            datetime.fromtimestamp(x, UTC).strftime("%Y-%m-%d %H:%M") if times else _short(x),
            ["" if (y := points.get(x)) is None else told(y) for points in known],
        )
        for x in xs
    ]
