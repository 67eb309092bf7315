"""What one can choose examples by, packed into one number each: those of a query are read at once.

From the lowest bit: status (2), source (3), suspicions (one each of 16), day since 1970 in UTC (16),
number of the channel. Another order of any of these enumerations is another VERSION of the file.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.example import Example, Source, Status, Suspicion
from finetune.dataset.search import Facets, Grown

STATUSES, SOURCES, SUSPICIONS = tuple(Status), tuple(Source), tuple(Suspicion)
SOURCE, FLAGS, DAY, CHANNEL = 2, 5, 21, 37  # where each begins
ANY_FLAG = 0xFFFF << FLAGS
SECONDS = 86_400
Packed = NDArray[np.int64]
Kind = TypeVar("Kind", bound=str)


class Bits(NamedTuple):
    """Of a packed number: these must have this value."""

    mask: int
    value: int


def packed(example: Example, channel: int) -> int:
    """`channel`: its number, 0 for none."""
    flags = sum(1 << SUSPICIONS.index(one) for one in {flag.suspicion for flag in example.flags})
    day = min(max(int(example.created_at // SECONDS), 0), 0xFFFF)
    number = STATUSES.index(example.status) | SOURCES.index(example.source) << SOURCE
    return number | flags << FLAGS | day << DAY | channel << CHANNEL


def of_status(facets: Packed, status: Status | None) -> Packed:
    """Those that have it."""
    return facets if status is None else facets[facets & 3 == STATUSES.index(status)]


def of_source(source: Source) -> Bits:
    """Has it."""
    return Bits(7 << SOURCE, SOURCES.index(source) << SOURCE)


def of_flag(flag: Suspicion) -> Bits:
    """Has it."""
    bit = 1 << (FLAGS + SUSPICIONS.index(flag))
    return Bits(bit, bit)


def counted(facets: Packed, authors: Mapping[str, int], channels: Mapping[int, str]) -> Facets:
    """How many there are of each kind, most first; `authors` are counted elsewhere."""
    status = _bins(facets & 3)
    found = {number: count for number, count in _bins(facets >> CHANNEL).items() if number}
    flags = {
        flag: int(np.count_nonzero(facets & 1 << (FLAGS + n))) for n, flag in enumerate(SUSPICIONS)
    }
    return Facets(
        total=len(facets),
        status=_most_first({STATUSES[number]: count for number, count in status.items()}),
        source=sources(facets),
        author=authors,
        channel=_most_first({channels[number]: count for number, count in found.items()}),
        flag=_most_first({flag: count for flag, count in flags.items() if count}),
    )


def sources(facets: Packed) -> dict[Source, int]:
    """How many there are of each source, most first."""
    return _most_first({SOURCES[n]: count for n, count in _bins(facets >> SOURCE & 7).items()})


def grown(facets: Packed) -> list[Grown]:
    """By day and status."""
    days = _bins((facets >> DAY & 0xFFFF) << 2 | facets & 3)
    return sorted(Grown(_day(each >> 2), STATUSES[each & 3], n) for each, n in days.items())


def _bins(numbers: Packed) -> dict[int, int]:
    counts = np.bincount(numbers) if len(numbers) else np.zeros(0, dtype=np.int64)
    found = np.flatnonzero(counts)
    return dict(zip(found.tolist(), counts[found].tolist(), strict=True))


def _most_first(counts: Mapping[Kind, int]) -> dict[Kind, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _day(number: int) -> str:
    return datetime.fromtimestamp(number * SECONDS, UTC).strftime("%Y-%m-%d")
