"""What one operation costs at several sizes: rows, the slope of their growth, a table and a plot.

A row holds the cost of ONE operation while `size` things are kept; of a pass over everything, the
cost for one thing (the whole divided by `size`). The slope is that of the line through the
logarithms by least squares. Work in a straight line costs the same for each: 0 for one operation,
and 1 for all of them together. What is stated is the latter, the slope of the total: 1 + that of one.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.reporting.pictures import save

STEEPEST = 1.1  # of the total
MARKS = "osv"  # another one when the ten colours are used up


class Row(NamedTuple):
    """`seconds` for one operation, or of a pass for one thing. `bytes`: what one thing adds to what
    is kept, or the peak memory of a whole pass; None where that is not asked.
    """

    operation: str
    size: int
    seconds: float
    bytes: float | None = None


Value = Callable[[Row], float | None]


def seconds(row: Row) -> float | None:
    """None where no time was taken."""
    return row.seconds or None


def kept(row: Row) -> float | None:
    """Bytes, or None."""
    return row.bytes or None


def slope(rows: Sequence[Row], value: Value) -> float | None:
    """Of the total of one operation's rows; None of fewer than two sizes."""
    points = [(math.log(row.size), math.log(y)) for row in rows if (y := value(row))]
    if len({x for x, _ in points}) < 2:
        return None
    middle = sum(x for x, _ in points) / len(points)
    above = sum((x - middle) * y for x, y in points)
    return 1 + above / sum((x - middle) ** 2 for x, _ in points)


def by_operation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """In the order in which operations were first measured, the sizes growing."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.size):
        found.setdefault(row.operation, []).append(row)
    order = dict.fromkeys(row.operation for row in rows)
    return {operation: found[operation] for operation in order}


def table(rows: Sequence[Row]) -> str:
    """Markdown: an operation's times by size with their slope, and its bytes likewise."""
    sizes = sorted({row.size for row in rows})
    head = ["operation", *(f"{size:,}" for size in sizes), "slope of the total"]
    lines = [head, ["---", *["---:"] * (len(sizes) + 1)]]
    for operation, own in by_operation(rows).items():
        for value, shown in ((seconds, _milliseconds), (kept, _bytes)):
            known = {row.size: y for row in own if (y := value(row))}
            if known:
                cells = [shown(known[size]) if size in known else "" for size in sizes]
                lines.append([operation, *cells, stated(slope(own, value))])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def stated(found: float | None) -> str:
    """A slope as it is shown, and whether it is steeper than it may be."""
    if found is None:
        return ""
    return f"{found:.2f}" + (" (too steep)" if found > STEEPEST else "")


def steep(rows: Sequence[Row]) -> list[str]:
    """Operations whose total grows faster than in a straight line."""
    found = []
    for operation, own in by_operation(rows).items():
        slopes = [slope(own, value) for value in (seconds, kept)]
        if any(each is not None and each > STEEPEST for each in slopes):
            found.append(operation)
    return found


def plot(rows: Sequence[Row], title: str, path: Path) -> None:
    """Log-log, the times on the left and the bytes on the right, as SVG."""
    figure = Figure(figsize=(15, 6), layout="constrained")
    left, right = figure.subplots(1, 2)
    figure.suptitle(f"{title}: cost of one; in brackets the slope of the total")
    _lines(left, rows, lambda row: row.seconds * 1000 or None, "milliseconds")
    _lines(right, rows, kept, "bytes")
    save(figure, path)


def _lines(axes: Axes, rows: Sequence[Row], value: Value, label: str) -> None:
    for n, (operation, own) in enumerate(by_operation(rows).items()):
        points = [(row.size, y) for row in own if (y := value(row))]
        if points:
            name = f"{operation} [{stated(slope(own, value))}]"
            axes.loglog(*zip(*points, strict=True), marker=MARKS[n // 10 % len(MARKS)], label=name)
    axes.set_xlabel("things that are kept")
    axes.set_ylabel(label)
    axes.grid(visible=True, which="major", alpha=0.3)
    if axes.lines:
        axes.legend(fontsize="x-small", loc="upper left", bbox_to_anchor=(1.01, 1))


def _milliseconds(each: float) -> str:
    return f"{each * 1000:.3g} ms"


def _bytes(each: float) -> str:
    return f"{each:,.0f} B" if each < 1e6 else f"{each / 1e6:,.1f} MB"
