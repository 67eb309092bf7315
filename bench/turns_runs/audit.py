"""What became of every question: answered once and whole, missing, doubled or mangled."""

from collections.abc import Mapping, Sequence
from statistics import median, quantiles
from typing import Any, NamedTuple

from bench.turns_runs.load import Delivered
from bench.turns_runs.world import MARK, TOKENS


class Fate(NamedTuple):
    """Numbers of questions; they add up to all."""

    once: int
    missing: int
    doubled: int
    mangled: int


def fate(marks: Sequence[str], texts: Sequence[str]) -> Fate:
    """An answer is whole when every piece stands in it once and in order."""
    once = missing = doubled = mangled = 0
    for mark in marks:
        holding = [text for text in texts if f"{mark}." in text]
        if not holding:
            missing += 1
        elif len(holding) > 1:
            doubled += 1
        elif _pieces(mark, holding[0]) == list(range(TOKENS)):
            once += 1
        else:
            mangled += 1
    return Fate(once, missing, doubled, mangled)


def _pieces(mark: str, text: str) -> list[int]:
    begin = f"{mark}."
    return [int(part[:2]) for part in text.split(begin)[1:] if part[:2].isdigit()]


def times(delivered: Sequence[Delivered], seen: Mapping[str, Any]) -> dict[str, list[float]]:
    """In milliseconds: the acknowledgement, until the model is asked, until text is seen."""
    acks = [each.ack * 1000 for each in delivered if each.ack is not None]
    asked = [
        (seen["asked"][each.mark][0] - each.sent) * 1000
        for each in delivered
        if each.mark in seen["asked"]
    ]
    shown = [
        (seen["seen"][each.mark] - seen["first"][each.mark]) * 1000
        for each in delivered
        if each.mark in seen["seen"] and each.mark in seen["first"]
    ]
    return {"ack": acks, "asked": asked, "shown": shown}


def besides(texts: Sequence[str]) -> int:
    """Messages that answer nothing: apologies, say."""
    return sum(not MARK.search(text) for text in texts)


def spread(values: Sequence[float]) -> dict[str, float | None]:
    """Median and 99th percentile."""
    if len(values) < 2:
        return {"p50": None, "p99": None}
    return {"p50": round(median(values), 1), "p99": round(quantiles(values, n=100)[98], 1)}


def curve(values: Sequence[float]) -> list[float]:
    """The percentiles from the least to the greatest, 101 of them: what a plot needs."""
    if len(values) < 2:
        return []
    within = quantiles(values, n=100, method="inclusive")
    return [round(each, 2) for each in (min(values), *within, max(values))]
