"""Curves drawn with braille dots, for a terminal. Pure functions."""

from collections.abc import Sequence

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # by row, then column, of a cell
BLANK = 0x2800


def drawn(
    steps: Sequence[float], values: Sequence[float], *, width: int = 60, height: int = 8
) -> list[str]:
    """Lines of a plot with its scale: the highest value, the curve, the lowest, and the steps.

    `width` and `height` are characters of the curve; a character is 2 dots wide and 4 high.
    """
    low, high, first, last = min(values), max(values), min(steps), max(steps)
    columns, rows = 2 * width, 4 * height
    cells = [[0] * width for _ in range(height)]

    def at(step: float, value: float) -> tuple[int, int]:
        x = (step - first) / (last - first) if last > first else 0.0
        # Halved, for the difference of two huge numbers is no number any more.
        y = (high / 2 - value / 2) / (high / 2 - low / 2) if high / 2 > low / 2 else 0.5
        return round(x * (columns - 1)), round(y * (rows - 1))

    points = [at(step, value) for step, value in zip(steps, values, strict=True)]
    for (x0, y0), (x1, y1) in zip(points, points[1:] or points, strict=False):
        strides = max(abs(x1 - x0), abs(y1 - y0), 1)
        for part in range(strides + 1):
            x, y = x0 + (x1 - x0) * part // strides, y0 + (y1 - y0) * part // strides
            cells[y // 4][x // 2] |= DOTS[y % 4][x % 2]

    labels = [f"{high:.4g}", *[""] * (height - 2), f"{low:.4g}"]
    margin = max(len(label) for label in labels)
    lines = [
        f"{label:>{margin}} ┤" + "".join(chr(BLANK + cell) for cell in row)
        for label, row in zip(labels, cells, strict=True)
    ]
    ends = f"{first:g}", f"{last:g}"
    axis = ends[0] + f"{ends[1]:>{max(1, width - len(ends[0]))}}"
    return [*lines, " " * (margin + 2) + axis]
