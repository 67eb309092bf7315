"""What is known of a file before it is imported: findings, choices, a preview, and what is refused."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import Field

from finetune.dataset.example import Frozen, Message
from finetune.prepare.findings import CHOOSABLE, KINDS, Finding

FOUND = "look.json"
SPLIT = "split"  # the dataset splits by itself
OFFERED = frozenset(CHOOSABLE) - {SPLIT}
NO_ROWS = "no_rows"
TOO_MUCH = "too_much"  # memory, time or disk
DAMAGED = "damaged"
REFUSED = "refused"  # `detail` says why


class Unfit(Frozen):
    """A row that prepare would write and that a dataset of chat rows cannot hold."""

    row: int
    why: str


class Order(Frozen):
    """How a file is to be looked at. `taken`: remedies among `offered`; others as is usual."""

    name: str
    model: str
    taken: frozenset[str] = frozenset()
    offered: frozenset[str] = frozenset()
    question: str = ""
    answer: str = ""
    sheet: str = ""

    @property
    def columns(self) -> tuple[str, str] | None:
        """Names of both columns; None: find out."""
        return (self.question, self.answer) if self.question and self.answer else None


class Look(Frozen):
    """What came of it. `why`: what stands in the way, or empty; `detail`: a sentence about that."""

    order: Order
    why: str = ""
    detail: str = ""
    kind: str = ""
    encoding: str = ""
    read: int = 0
    ready: int = 0
    left_out: Mapping[str, int] = Field(default_factory=dict)
    unfit: tuple[Unfit, ...] = ()
    unfit_count: int = 0
    findings: tuple[Finding, ...] = ()
    preview: tuple[tuple[Message, ...], ...] = ()

    @property
    def choosable(self) -> Sequence[Finding]:
        """Findings with a remedy that may be left."""
        return [one for one in self.findings if one.code in OFFERED and one.remedy]

    @property
    def told(self) -> Sequence[Finding]:
        """Findings about which nothing is decided."""
        codes = {one.code for one in self.choosable}
        return [one for one in self.findings if one.code not in codes and one.code != SPLIT]

    @property
    def taken(self) -> frozenset[str]:
        """Remedies that made these rows."""
        return frozenset(one.code for one in self.choosable if one.applied)


class Ticked(NamedTuple):
    """Prepare's choices: what was ticked among the offered, else what Enter would answer."""

    order: Order

    def expects(self, code: str) -> bool:
        """Before it is found."""
        if code in self.order.offered:
            return code in self.order.taken
        return code != SPLIT and bool(KINDS[code].default)

    def decide(self, finding: Finding) -> bool:
        """Whether to apply the remedy."""
        if finding.code in self.order.offered or finding.code == SPLIT:
            return self.expects(finding.code)
        return finding.default
