"""What a retraining would do if it started now: for the `/retrain` modal and `finetune train`."""

from collections import Counter
from collections.abc import Collection, Sequence

from pydantic import Field

from finetune.dataset.example import Example, Frozen, Source, Status
from finetune.dataset.format import is_pair
from finetune.dataset.snapshot import tokens
from finetune.dataset.splitting import split
from finetune.training.run import Run


class Preview(Frozen):
    """Counts, size and the reasons why a run would be refused now (`problems`)."""

    approved: int
    corrections: int
    pending: int
    new_since_last_run: int
    train_rows: int
    validation_rows: int
    tokens: int
    base_model: str
    champion: str
    promotion: str
    problems: tuple[str, ...] = ()
    new_by_source: dict[Source, int] = Field(default_factory=dict)
    pairs: int = 0  # corrections to train on by preference
    min_examples: int = 0
    active_run: str = ""
    active_state: str = ""
    started_today: int = 0
    max_per_day: int = 0
    flagged: int = 0  # of those that wait


class Situation(Frozen):
    """All that a preview is computed from."""

    examples: tuple[Example, ...]
    counts: dict[Status, int]
    trained: frozenset[str]  # content keys of the last run's snapshot
    active: Run | None
    started_today: int
    min_examples: int
    max_per_day: int
    base_model: str
    champion: str
    promotion: str
    flagged: int = 0


def preview(now: Situation) -> Preview:
    """Counts tokens of the whole train side; call it in a thread."""
    train, validation = split(now.examples)
    return Preview(
        approved=len(now.examples),
        corrections=sum(1 for e in now.examples if e.source is Source.CORRECTION),
        pending=now.counts.get(Status.PENDING, 0),
        new_since_last_run=_new(now.examples, now.trained),
        train_rows=len(train),
        validation_rows=len(validation),
        tokens=tokens(train, now.base_model),
        base_model=now.base_model,
        champion=now.champion,
        promotion=now.promotion,
        new_by_source=_sources(now.examples, now.trained),
        pairs=sum(1 for e in train if is_pair(e.messages, e.rejected)),
        min_examples=now.min_examples,
        active_run=now.active.run_id if now.active else "",
        active_state=now.active.state.value if now.active else "",
        started_today=now.started_today,
        max_per_day=now.max_per_day,
        flagged=now.flagged,
        problems=tuple(problems(now, too_few(len(train), len(validation), now.min_examples))),
    )


def problems(now: Situation, shortage: str) -> Sequence[str]:
    """Why a run may not start; empty when it may."""
    found = [shortage] if shortage else []
    if now.active is not None:
        found.append(f"run {now.active.run_id} has not ended ({now.active.state.value})")
    if now.started_today >= now.max_per_day:
        found.append(
            f"{now.started_today} runs were started in the last 24 hours; that is the limit"
        )
    return found


def too_few(train_rows: int, held_out: int, wanted: int) -> str:
    """One line when there is too little to train on, else empty.

    Held-out rows do not count: providers have a minimum of their own for the training file.
    """
    if train_rows >= wanted:
        return ""
    besides = f" besides {held_out} held out for comparison" if held_out else ""
    return (
        f"{train_rows} approved examples to train on{besides}; "
        f"{wanted} are needed (RETRAIN_MIN_EXAMPLES)"
    )


def _new(examples: Collection[Example], trained: frozenset[str]) -> int:
    return sum(1 for example in examples if example.content_key not in trained)


def _sources(examples: Collection[Example], trained: frozenset[str]) -> dict[Source, int]:
    return dict(Counter(e.source for e in examples if e.content_key not in trained))
