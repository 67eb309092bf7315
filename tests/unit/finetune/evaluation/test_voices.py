"""Who stands behind the gains of a report."""

import json
from typing import Any

from finetune import Example, Flag, Status, Suspicion, Verdict
from finetune.dataset.example import Vote
from finetune.dataset.snapshot import Snapshot
from finetune.evaluation.report import CaseResult, Report
from finetune.evaluation.voices import attributed
from finetune.promotion import decide
from tests.toolkit_values import correction, frozen

LINK = Flag(suspicion=Suspicion.LINK, found="https://docs.example.com")


def planted(count: int = 6, **changes: Any) -> list[Example]:
    """Corrections of one person."""
    return [
        correction(f"c{n}", f"Wrong {n}.", question=f"What is rule {n}?", at=float(n), **changes)
        for n in range(count)
    ]


def learnt(examples: list[Example]) -> Report:
    """The candidate has learnt all of them."""
    cases = (
        CaseResult(
            example_id=e.example_id,
            group="corrected",
            question=e.question,
            wanted=e.answer,
            champion_answer="",
            candidate_answer=e.answer,
            champion_passes=False,
            candidate_passes=True,
        )
        for e in examples
    )
    return Report(champion="old", candidate="new", cases=tuple(cases))


def verdict(snapshot: Snapshot, then: list[Example], now: list[Example]) -> Verdict:
    return decide(attributed(learnt(then), snapshot, now)).verdict


def test_what_one_person_takes_back_after_the_snapshot_is_still_theirs() -> None:
    examples = planted()
    assert verdict(frozen(examples), examples, examples) is Verdict.HOLD
    assert verdict(frozen(examples), examples, []) is Verdict.HOLD


def test_what_was_flagged_stays_flagged_when_it_is_taken_back() -> None:
    examples = planted(1, flags=(LINK,))
    assert verdict(frozen(examples), examples, []) is Verdict.HOLD


def test_a_row_that_says_something_else_now_speaks_for_nobody_then() -> None:
    examples = planted()
    others = [
        e.model_copy(
            update={
                "messages": (*e.prompt, e.messages[-1].model_copy(update={"content": "Right."})),
                "authors": ("U1", "U2"),
            }
        )
        for e in examples
    ]
    assert verdict(frozen(examples), examples, others) is Verdict.HOLD


def test_a_vote_that_moved_to_another_row_is_found_there() -> None:
    examples = planted()
    moved = [
        e.model_copy(
            update={
                "example_id": f"other-{e.example_id}",
                "authors": ("U1", "U2"),
                "votes": (
                    Vote(
                        example_id=e.example_id,
                        source=e.source,
                        status=Status.APPROVED,
                        thread=e.thread,
                        at=1.0,
                    ),
                ),
            }
        )
        for e in examples
    ]
    assert verdict(frozen(examples), examples, moved) is Verdict.PROMOTE


def test_in_a_snapshot_without_voices_all_that_is_gone_counts_as_one() -> None:
    examples = planted()
    manifest = frozen(examples).model_dump(mode="json")
    for row in manifest["train"]:
        del row["voice"], row["flagged"]
    old = Snapshot.model_validate_json(json.dumps(manifest))
    assert verdict(old, examples, []) is Verdict.HOLD
    assert verdict(old, examples, planted(by_curator=True)) is Verdict.PROMOTE


def test_who_stands_behind_the_rows_makes_no_other_snapshot() -> None:
    one, other = frozen(planted()), frozen(planted(by_curator=True, flags=(LINK,)))
    assert one.snapshot_id == other.snapshot_id
    assert one != other


def test_neither_a_flagged_note_nor_flags_on_a_curators_own_words_hold_a_gain() -> None:
    note = LINK.model_copy(update={"where": "note"})
    for examples in (
        planted(1, flags=(note,)),
        planted(1, flags=(LINK,), by_curator=True),
        planted(1, flags=(LINK,), edited_by="CUR"),
    ):
        assert verdict(frozen(examples), examples, examples) is Verdict.PROMOTE
