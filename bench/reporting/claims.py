"""What a bench says of itself for the summary of the report, and Markdown tables for its section."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """A line of the summary. `ratio` is ours to the peer's; `met` is None where nothing is aimed at."""

    what: str  # "ack p99, 25 turns/s"
    found: str  # "14 ms"
    peer: str = ""  # "raw handler 6.8 ms"
    ratio: float | None = None
    target: str = ""  # "< 50 ms"
    met: bool | None = None


def at_most(
    what: str, value: float | None, most: float, unit: str, *peer: tuple[str, float | None]
) -> list[Claim]:
    """A figure that is to be small: one line for each peer (name, value), one without any."""
    return [_one(what, value, most, unit, name, other) for name, other in peer or [("", None)]]


def _one(
    what: str, value: float | None, most: float, unit: str, name: str, other: float | None
) -> Claim:
    found = "none" if value is None else f"{value:,.4g} {unit}".strip()
    ratio = value / other if value is not None and other else None
    peer = "" if other is None else f"{name} {other:,.4g} {unit}".strip()
    met = value is not None and value <= most
    return Claim(what, found, peer, ratio, f"≤ {most:,.4g} {unit}".strip(), met)


def table(head: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """A Markdown table: the first columns to the left, the others to the right."""
    sides = [":--"] * left + ["--:"] * (len(head) - left)
    return "\n".join([_line(head), f"|{'|'.join(sides)}|", *map(_line, rows)]) + "\n"


def _line(cells: Iterable[object]) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"
