"""What an evaluation found, and what the gate decided from it. Frozen values, kept with the run."""

from enum import StrEnum
from typing import Literal

from finetune.dataset.example import Frozen

REFUSED = "refused"  # the provider would not have the question answered


class CaseResult(Frozen):
    """One question asked of both models. `group`: corrected, held_out, or seen (trained on)."""

    example_id: str
    group: Literal["corrected", "held_out", "seen"]
    question: str
    wanted: str
    rejected: str | None = None
    champion_answer: str
    candidate_answer: str
    champion_passes: bool
    candidate_passes: bool
    degenerate: str | None = None  # the candidate's: "empty", "truncated", "repeated", "refused"
    champion_degenerate: str | None = None
    voice: str | None = None  # stands for the one person, no curator, who alone taught this
    flagged: bool = False  # a curator approved it although something about it was suspicious

    @property
    def newly_fixed(self) -> bool:
        """The champion failed and the candidate passes."""
        return self.candidate_passes and not self.champion_passes

    @property
    def newly_degenerate(self) -> bool:
        """The candidate's answer is broken, and the champion's is not broken in the same way."""
        return self.degenerate is not None and self.degenerate != self.champion_degenerate


class Report(Frozen):
    """All cases of one evaluation; counts are derived so that they cannot disagree."""

    champion: str
    candidate: str
    cases: tuple[CaseResult, ...]
    champion_refusal: str | None = None  # why, for the first refused question
    candidate_refusal: str | None = None

    def fixed(self, *groups: str) -> int:
        """Cases the champion failed and the candidate passes."""
        return sum(1 for c in self._of(groups) if c.newly_fixed)

    def broken(self, *groups: str) -> int:
        """Cases the champion passed and the candidate fails."""
        return sum(1 for c in self._of(groups) if c.champion_passes and not c.candidate_passes)

    def kept(self, *groups: str) -> tuple[int, int]:
        """(still passed, passed by the champion)."""
        passed = [c for c in self._of(groups) if c.champion_passes]
        return sum(1 for c in passed if c.candidate_passes), len(passed)

    def passed(self, *groups: str) -> tuple[int, int]:
        """(passed by the candidate, asked)."""
        cases = self._of(groups)
        return sum(1 for c in cases if c.candidate_passes), len(cases)

    def refused(self) -> tuple[int, int]:
        """(questions refused to the champion, to the candidate)."""
        return (
            sum(1 for c in self.cases if c.champion_degenerate == REFUSED),
            sum(1 for c in self.cases if c.degenerate == REFUSED),
        )

    def _of(self, groups: tuple[str, ...]) -> tuple[CaseResult, ...]:
        return tuple(c for c in self.cases if not groups or c.group in groups)


class Verdict(StrEnum):
    """What the gate says of a candidate."""

    PROMOTE = "promote"
    HOLD = "hold"
    REJECT = "reject"


class Decision(Frozen):
    """The gate's verdict with its reasons and the numbers it rests on."""

    verdict: Verdict
    reasons: tuple[str, ...]
    numbers: dict[str, float | int | None]
