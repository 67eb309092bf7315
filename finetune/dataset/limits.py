"""How much may be approved without a curator's look, of one person and for one question. Pure.

A person's votes and corrections of 24 hours are counted, whatever became of them: whoever goes on
beyond the limit is heard, and waits. Of one question, asked in nearly the same words under different
conversations, only so many rows are approved by themselves; an answer that is given often enough is
learnt, and more of it would drown the rest. What a curator approves counts for nothing here.
"""

from typing import NamedTuple

from finetune.dataset.example import Example, Flag, Status, Suspicion, Vote
from finetune.dataset.store import Crowd, Rows

HELD = "waits for a curator"


class Limits(NamedTuple):
    """Rows approved without a look: of one person in 24 hours, and of nearly the same question."""

    author_per_day: int = 50
    per_question: int = 5


def limited(
    example: Example,
    rows: Rows,
    crowd: Crowd = Crowd(0, 0),  # noqa: B008 - a frozen value
    limits: Limits = Limits(),  # noqa: B008 - a frozen value
) -> Example:
    """The submission as it may come in: with its flags, and waiting if it has any.

    One that is known, delivered again, is judged as it was then, so that it neither waits nor passes
    because of what came after it.
    """
    found = ((r, v) for r in rows for v in r.votes if v.example_id == example.example_id)
    row, known = next(found, (None, None))
    if known is not None:
        flags = tuple(dict.fromkeys((*example.flags, *_of_others(known.flags))))
    else:
        flags = (*example.flags, *_over(crowd, limits))
    if not flags:
        return example
    if example.status is not Status.APPROVED or _taught_before(example, row, known):
        return example.model_copy(update={"flags": flags})
    waits = {"status": Status.PENDING, "approved_by": None, "reason": HELD}
    return example.model_copy(update={"flags": flags, **waits})


def _taught_before(example: Example, row: Example | None, known: Vote | None) -> bool:
    """To the letter, before anything about it was suspicious: patterns of today un-teach nothing."""
    if row is None or known is None or known.status is not Status.APPROVED:
        return False
    return row.messages == example.messages and known.note == example.note


def _of_others(flags: tuple[Flag, ...]) -> tuple[Flag, ...]:
    """Flags that do not follow from the text itself."""
    kinds = {Suspicion.OVER_CAP, Suspicion.REPEATED}
    return tuple(flag for flag in flags if flag.suspicion in kinds)


def _over(crowd: Crowd, limits: Limits) -> tuple[Flag, ...]:
    if crowd.of_author >= limits.author_per_day:
        return (Flag(suspicion=Suspicion.OVER_CAP, found=f"{limits.author_per_day} a day"),)
    if crowd.of_question >= limits.per_question:
        return (Flag(suspicion=Suspicion.OVER_CAP, where="question"),)
    return ()
