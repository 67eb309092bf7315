"""What changed between two snapshots, and their rows without reading all of them."""

from pathlib import Path

import pytest

from finetune import Example, NotFound
from finetune.dataset.comparing import Comparison, compared_rows
from finetune.dataset.frozen_rows import TOTALS, FrozenRows
from finetune.dataset.snapshot import Snapshots
from tests.toolkit_values import correction, example

MODEL = "handbook-base"
HOSTILE = 'A\n  {\n   "example_id": "x" \\ "validation": [\n "validation": [ 日本語 "'


def taken(folder: Path, examples: list[Example]) -> FrozenRows:
    snapshot = Snapshots(folder).take(examples, MODEL)
    return FrozenRows(folder / snapshot.snapshot_id / "manifest.json")


def many(count: int, first: int = 0) -> list[Example]:
    return [
        example(f"e{n}", f"Answer {n}.", question=f"Question {n}?", at=float(n))
        for n in range(first, count)
    ]


def ids(found: Comparison) -> dict[str, list[str]]:
    return {kind: [each.example_id for each in some] for kind, some in found.changes.items()}


def test_every_row_is_found_as_the_whole_manifest_holds_it(tmp_path: Path) -> None:
    rows = [*many(60), correction("c1", HOSTILE, question=HOSTILE, at=99.0), correction('q"\\é')]
    snapshot = Snapshots(tmp_path).take(rows, MODEL)
    frozen = FrozenRows(tmp_path / snapshot.snapshot_id / "manifest.json")
    assert snapshot.validation, "some are held out"
    for side, whole in (("train", snapshot.train), ("validation", snapshot.validation)):
        there = [key for key, place in frozen.places.items() if place.side == side]
        assert tuple(frozen.rows(there)) == whole


def test_the_totals_are_those_of_the_snapshot_and_are_kept_beside_it(tmp_path: Path) -> None:
    same = correction("c2", "20 days.", question="Other?", rejected="20  Days.")
    snapshot = Snapshots(tmp_path).take([*many(60), correction("c1"), same], MODEL)
    manifest = tmp_path / snapshot.snapshot_id / "manifest.json"
    totals = FrozenRows.totals(manifest)
    assert (totals.train, totals.validation) == (len(snapshot.train), len(snapshot.validation))
    assert (totals.model, totals.tokens) == (MODEL, snapshot.tokens)
    assert (
        (totals.corrections, totals.pairs) == (snapshot.corrections, len(snapshot.pairs)) == (2, 1)
    )
    assert manifest.with_name(TOTALS).exists()
    assert FrozenRows.totals(manifest) == totals


def test_added_removed_changed_and_moved_are_told_apart(tmp_path: Path) -> None:
    before = many(60)
    held_out = next(
        key for key, place in taken(tmp_path, before).places.items() if place.side == "validation"
    )
    moved = next(each for each in before if each.example_id == held_out)
    after = [
        *(each for each in before if each.example_id != "e1"),
        correction("c1", "New.", question="Asked elsewhere?", thread=moved.thread, at=99.0),
    ]
    after[1] = example("e2", "Another answer.", question="Question 2?", at=2.0)
    found = compared_rows(taken(tmp_path, before).places, taken(tmp_path, after).places)
    assert ids(found) == {
        "added": ["c1"],
        "removed": ["e1"],
        "changed": ["e2"],
        "moved": [held_out],
    }
    assert (found.total, found.same) == (4, 57)


def test_nothing_changed_between_a_snapshot_and_itself(tmp_path: Path) -> None:
    one = taken(tmp_path, many(20))
    assert compared_rows(one.places, one.places).total == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ANSWER 7.", ["e7"]), ("\uff51uestion 7?", ["e7"]), ("有給", ["j1"]), ("nowhere", [])],
)
def test_rows_are_found_by_every_word_in_any_case_and_width(
    tmp_path: Path, text: str, expected: list[str]
) -> None:
    japanese = example("j1", "二十日です。", question="有給は何日？", at=99.0)
    assert taken(tmp_path, [*many(9), japanese]).search(text) == expected


def test_a_snapshot_that_is_not_here_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FrozenRows(tmp_path / "none" / "manifest.json")
