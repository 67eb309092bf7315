"""Values of the toolkit for tests, with defaults that make sense together."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from finetune import Example, Message, Report, Source, Status, digest
from finetune.dataset.snapshot import Snapshot, Snapshots
from finetune.evaluation.report import CaseResult

QUESTION = "How many days of leave?"


def said(*texts: str, system: str | None = None) -> tuple[Message, ...]:
    """A conversation: user, assistant, user, …"""
    start = (Message(role="system", content=system),) if system else ()
    roles = ("user", "assistant")
    turns = (Message(role=roles[n % 2], content=text) for n, text in enumerate(texts))  # type: ignore[arg-type]
    return (*start, *turns)


def example(
    example_id: str = "e1",
    answer: str = "20 days.",
    *,
    question: str = QUESTION,
    source: Source = Source.THUMBS_UP,
    at: float = 1.0,
    author: str = "U1",
    **changes: Any,
) -> Example:
    """An approved 👍 unless said otherwise."""
    values: dict[str, Any] = {
        "example_id": example_id,
        "messages": said(question, answer),
        "rejected": "Unlimited." if source is Source.CORRECTION else None,
        "status": Status.APPROVED,
        "source": source,
        "thread": f"thread-{example_id}",
        "authors": (author,),
        "approved_by": author,
        "created_at": at,
        "updated_at": at,
    }
    return Example.model_validate(values | changes)


def correction(example_id: str = "c1", answer: str = "25 days.", **changes: Any) -> Example:
    """An approved correction of the same question."""
    return example(example_id, answer, source=Source.CORRECTION, **changes)


def frozen(examples: Iterable[Example], model: str = "base") -> Snapshot:
    """A snapshot of these, whose files are gone."""
    with tempfile.TemporaryDirectory() as folder:
        return Snapshots(Path(folder)).take(examples, model)


def handbook(count: int) -> list[tuple[Message, ...]]:
    """Rows to import, all different."""
    return [said(f"What is rule {n}?", f"Rule {n} says {n * 7}.") for n in range(count)]


def case(
    group: Literal["corrected", "held_out", "seen"],
    *,
    champion: bool,
    candidate: bool,
    degenerate: str | None = None,
    voice: str | None = None,
    flagged: bool = False,
) -> CaseResult:
    """One case of a report."""
    return CaseResult(
        example_id=digest([group, champion, candidate]),
        group=group,
        question=QUESTION,
        wanted="25 days.",
        champion_answer="25 days." if champion else "20 days.",
        candidate_answer="25 days." if candidate else "20 days.",
        champion_passes=champion,
        candidate_passes=candidate,
        degenerate=degenerate,
        voice=voice,
        flagged=flagged,
    )


def report(*cases: CaseResult) -> Report:
    return Report(champion="old", candidate="new", cases=cases)
