"""What a chart is drawn from, and the shapes that its lines, bars and bands have in one frame."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from bot.web.plotting import DAY, Axis, Frame, short, ticks_of, told, told_at

CLOSE = 14  # units of width for a dot; where they stand closer, a line has none
Point = tuple[float, float | None]


class Series(NamedTuple):
    """One line, or the bars of one colour: points of (x, y), x ascending; None is a gap.

    `colour` is 1 to 5.
    """

    name: str
    points: Sequence[Point]
    colour: int = 1
    dashed: bool = False


class Band(NamedTuple):
    """What is shaded around a line: (x, low, high), x ascending; without low and high a gap."""

    points: Sequence[tuple[float, float | None, float | None]]
    colour: int = 1


class Mark(NamedTuple):
    """Something that happened at `x`: a numbered line, with its words below the chart."""

    x: float
    text: str


class Plot(NamedTuple):
    """All shapes of one drawing, for the template."""

    name: str
    frame: Frame
    grid: Sequence[tuple[float, str]] = ()
    below: Sequence[tuple[float, str, str]] = ()
    lines: Sequence[Mapping[str, Any]] = ()
    bands: Sequence[Mapping[str, Any]] = ()
    bars: Sequence[Mapping[str, Any]] = ()
    marks: Sequence[tuple[float, int, str]] = ()


class Ground(NamedTuple):
    """What lines and bars have in common, for one frame."""

    name: str
    frame: Frame
    xs: Sequence[float]
    scale: Sequence[float]
    times: bool
    percent: bool
    margin: float = 0.0  # of values, left and right of the first and last

    @property
    def across(self) -> Axis:
        """From x to places."""
        first, last = self.xs[0] - self.margin, self.xs[-1] + self.margin
        return Axis(first, last, self.frame.left, self.frame.width - self.frame.right)

    @property
    def up(self) -> Axis:
        """From y to places."""
        frame = self.frame
        return Axis(self.scale[0], self.scale[-1], frame.height - frame.bottom, frame.top)

    def plot(self, marks: Sequence[Mark]) -> Plot:
        """The grid, the words around it, and the marks."""
        up, across, tell = self.up, self.across, told(percent=self.percent)
        shown = enumerate(marks, 1)
        return Plot(
            self.name,
            self.frame,
            grid=[(up(y), tell(y)) for y in self.scale],
            below=[(across(x), self.tick(x), self._anchor(across(x))) for x in self.ticks],
            marks=[(across(self._within(m.x)), number, m.text) for number, m in shown],
        )

    @property
    def ticks(self) -> Sequence[float]:
        """Where something is written below."""
        return ticks_of(self.xs, self.frame.ticks, times=self.times)

    def tick(self, x: float) -> str:
        """What is written there."""
        return told_at(x, self.xs) if self.times else short(x)

    def title(self, name: str, x: float, y: float) -> str:
        """What a dot or a bar says of itself."""
        return f"{name}: {in_full(x, times=self.times)}, {told(percent=self.percent)(y)}"

    def _within(self, x: float) -> float:
        return min(max(x, self.xs[0] - self.margin), self.xs[-1] + self.margin)

    def _anchor(self, at: float) -> str:
        if at < self.frame.left + 16:
            return "start"
        return "end" if at > self.frame.width - self.frame.right - 16 else "middle"


def line_of(series: Series, ground: Ground, *, steps: bool) -> dict[str, Any]:
    """A path, broken at gaps, and its dots."""
    across, up, path, begun, before = ground.across, ground.up, list[str](), False, 0.0
    known = [(x, y) for x, y in series.points if y is not None]
    for x, y in series.points:
        if y is None:
            begun = False
            continue
        if begun and steps:
            path.append(f"L{across(x)} {before}")
        before = up(y)
        path.append(f"{'L' if begun else 'M'}{across(x)} {before}")
        begun = True
    dots = [(across(x), up(y), ground.title(series.name, x, y)) for x, y in known]
    if len(dots) > ground.frame.width // CLOSE:
        dots = _alone(series.points, ground, series.name)
    colours = {"colour": series.colour, "dashed": series.dashed}
    return {"path": "".join(path), "dots": dots, **colours}


def _alone(points: Sequence[Point], ground: Ground, name: str) -> list[tuple[float, float, str]]:
    """Points between two gaps, which a line alone would not show."""
    padded: list[Point] = [(0.0, None), *points, (0.0, None)]
    return [
        (ground.across(x), ground.up(y), ground.title(name, x, y))
        for (_, before), (x, y), (_, after) in zip(padded, padded[1:], padded[2:], strict=False)
        if y is not None and before is None and after is None
    ]


def band_of(band: Band, ground: Ground) -> dict[str, Any]:
    """One closed shape for each stretch without a gap."""
    across, up = ground.across, ground.up
    path, lows, highs = list[str](), list[str](), list[str]()
    for x, low, high in (*band.points, (0.0, None, None)):
        if low is not None and high is not None:
            lows.append(f"{across(x)} {up(low)}")
            highs.append(f"{across(x)} {up(high)}")
            continue
        if len(lows) > 1:
            path.append(f"M{'L'.join([*highs, *reversed(lows)])}Z")
        lows, highs = [], []
    return {"path": "".join(path), "colour": band.colour}


def bars_of(series: Sequence[Series], ground: Ground) -> list[dict[str, Any]]:
    """Rectangles, each upon those of the series before."""
    across, up = ground.across, ground.up
    slot = across(ground.xs[0] + ground.margin) - across(ground.xs[0] - ground.margin)
    width = round(max(min(slot * 0.75, 36.0), 1.0), 1)
    heights: dict[float, float] = {}
    bars = []
    for each in series:
        for x, y in each.points:
            if not y:
                continue
            below = heights.get(x, 0.0)
            heights[x] = below + y
            top = up(below + y)
            bars.append(
                {
                    "x": round(across(x) - width / 2, 1),
                    "y": top,
                    "width": width,
                    "height": round(up(below) - top, 1),
                    "colour": each.colour,
                    "title": ground.title(each.name, x, y),
                }
            )
    return bars


def in_full(x: float, *, times: bool) -> str:
    """In full: a day, a minute, or a number."""
    if not times:
        return short(x)
    form = "%Y-%m-%d" if x % DAY == 0 else "%Y-%m-%d %H:%M"
    return datetime.fromtimestamp(x, UTC).strftime(form)
