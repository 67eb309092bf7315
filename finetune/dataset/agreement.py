"""What people think of answers, read from examples, and how far two of them agree.

An opinion is about one answer to one question, whichever example it stands in: a 👍 and an approval
say that the answer is right; a rejection says that it is not; a correction says that the new answer is
right and the one before is not. Of several opinions of one person on one answer, the last counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

from finetune.dataset.example import BY_PEOPLE, Example, Source, digest, normalise

FEW = 10  # answers on which both have an opinion; with fewer, no kappa is told
Kind = Literal["up", "correction", "approved", "rejected", "edited"]


class Opinion(NamedTuple):
    """One person on one answer. `waited`: of a decision, the seconds that the example had waited."""

    person: str
    about: str  # content key of the question with the answer
    kind: Kind
    yes: bool
    at: float
    waited: float | None = None


class Agreement(NamedTuple):
    """Two people on the `n` answers on which both have an opinion.

    `observed` is the share on which they say the same; `kappa` is Cohen's: 1 is as they always agree,
    0 as by chance. None where n is under `FEW`, or where chance alone would have them agree always.
    """

    one: str
    other: str
    n: int
    observed: float
    kappa: float | None


def opinions(example: Example) -> Iterator[Opinion]:
    """All that an example tells of people's opinions. Of other words only their editor thinks."""
    for vote in example.votes:
        if vote.source not in BY_PEOPLE or vote.edited_by:
            continue
        corrects = vote.source is Source.CORRECTION
        for person in vote.authors:
            kind: Kind = "correction" if corrects else "up"
            yield Opinion(person, example.content_key, kind, True, vote.at)
            if corrects and vote.rejected:
                about = digest([example.prompt_key, normalise(vote.rejected)])
                yield Opinion(person, about, kind, False, vote.at)
    ruling = example.ruling
    if ruling is not None and ruling.by:  # a filter is nobody
        said: Kind = "approved" if ruling.approved else "edited" if example.reworded else "rejected"
        waited = max(0.0, ruling.at - example.created_at)
        yield Opinion(ruling.by, example.content_key, said, ruling.approved, ruling.at, waited)


def agreements(said: Iterable[tuple[str, str, bool]]) -> list[Agreement]:
    """Of (answer, person, yes) in the order of time: every two who share an answer, most first."""
    last: dict[str, dict[str, bool]] = {}
    for about, person, yes in said:
        last.setdefault(about, {})[person] = yes
    pairs: dict[tuple[str, str], Counter[tuple[bool, bool]]] = {}
    for each in last.values():
        for one, other in combinations(sorted(each), 2):
            pairs.setdefault((one, other), Counter())[each[one], each[other]] += 1
    found = [_agreement(one, other, counts) for (one, other), counts in pairs.items()]
    return sorted(found, key=lambda each: (-each.n, each.one, each.other))


def _agreement(one: str, other: str, counts: Counter[tuple[bool, bool]]) -> Agreement:
    n = counts.total()
    observed = (counts[True, True] + counts[False, False]) / n
    return Agreement(one, other, n, observed, kappa(counts) if n >= FEW else None)


def kappa(counts: Counter[tuple[bool, bool]]) -> float | None:
    """Cohen's: (observed - by chance) / (1 - by chance), from how often the two said what."""
    n = counts.total()
    first, second = (_share(counts, place) for place in (0, 1))
    by_chance = first * second + (1 - first) * (1 - second)
    if not n or by_chance >= 1:
        return None
    observed = (counts[True, True] + counts[False, False]) / n
    return (observed - by_chance) / (1 - by_chance)


def _share(counts: Counter[tuple[bool, bool]], place: int) -> float:
    """Of yes, by the one or the other."""
    total = counts.total()
    return sum(n for said, n in counts.items() if said[place]) / total if total else 0.0


class Teacher(NamedTuple):
    """What one person taught. `approved`, `rejected`, `waiting`: examples that they have a part in.

    `live`: their corrections that are in the snapshot of a promoted run and are still taught.
    """

    person: str
    corrections: int
    ups: int
    approved: int
    rejected: int
    waiting: int
    live: int
    last_active: float

    @property
    def share(self) -> float | None:
        """Approved, of those that were decided."""
        decided = self.approved + self.rejected
        return self.approved / decided if decided else None


class Decider(NamedTuple):
    """What one curator decided; `waited`: the median of how long things had waited, in seconds."""

    person: str
    approved: int
    rejected: int
    edited: int
    waited: float | None

    @property
    def total(self) -> int:
        """All decisions that still stand."""
        return self.approved + self.rejected + self.edited


class People(NamedTuple):
    """Everybody behind a dataset."""

    teachers: Sequence[Teacher]
    deciders: Sequence[Decider]
    agreements: Sequence[Agreement]
    waited: float | None  # the median over all decisions, in seconds
