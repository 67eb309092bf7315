"""A snapshot: the same examples always give the same bytes, and no thread is on both sides."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune import DiskUnavailable, Example, NotFound
from finetune.dataset.snapshot import Snapshots
from finetune.dataset.splitting import split
from tests.toolkit_values import correction, example, frozen

MODEL = "handbook-base"


def many(count: int) -> list[Example]:
    return [
        example(f"e{n}", f"Answer {n}.", question=f"Question {n}?", at=float(n))
        for n in range(count)
    ]


def test_the_same_examples_in_any_order_make_the_same_snapshot() -> None:
    assert frozen(many(40)) == frozen(reversed(many(40)))


def test_another_answer_makes_another_snapshot() -> None:
    one = frozen(many(5))
    other = frozen([*many(4), example("e4", "Else.", question="Question 4?", at=4.0)])
    assert one.snapshot_id != other.snapshot_id


def test_about_a_tenth_is_held_out() -> None:
    train, validation = split(many(400))
    assert len(train) + len(validation) == 400
    assert 20 <= len(validation) <= 60


def test_an_example_keeps_its_side_when_others_come() -> None:
    _, before = split(many(100))
    _, after = split(many(300))
    assert {e.example_id for e in before} <= {e.example_id for e in after}


def test_corrections_and_their_threads_are_always_trained_on() -> None:
    _, held_out = split(many(200))
    thread = held_out[0].thread
    _, validation = split([*many(200), correction("c1", thread=thread, at=999.0)])
    assert thread not in {e.thread for e in validation}


def threads(count: int) -> list[str]:
    """As many threads whose own hash would hold them out as others."""
    alone = [example(f"e{n}", thread=f"t{n}", question=f"Question {n}?") for n in range(count * 50)]
    train, held_out = split(alone)
    return [e.thread for side in (train, held_out) for e in side[:count]]


THREADS = threads(6)


@given(
    st.lists(st.tuples(st.integers(0, 11), st.sampled_from(THREADS), st.booleans()), max_size=30)
)
def test_no_thread_and_no_question_is_on_both_sides(taught: list[tuple[int, str, bool]]) -> None:
    examples = [
        (correction if corrected and n % 4 == 0 else example)(
            f"e{n}", question=f"Question {q}?", thread=thread, at=float(n)
        )
        for n, (q, thread, corrected) in enumerate(taught)
    ]
    train, validation = split(examples)
    files = frozen(examples)
    assert [row.example_id for row in files.train] == [e.example_id for e in train]
    assert [row.example_id for row in files.validation] == [e.example_id for e in validation]
    assert not {e.thread for e in train} & {e.thread for e in validation}
    assert not {e.prompt_key for e in train} & {e.prompt_key for e in validation}
    assert {e.example_id for e in (*train, *validation)} == {e.example_id for e in examples}


def test_a_held_out_thread_moves_as_a_whole_and_takes_along_what_shares_a_question() -> None:
    taught, one, two, apart = THREADS[0], *THREADS[-3:]
    examples = [
        example("e1", thread=taught, question="A?"),
        example("e2", thread=one, question="A?"),
        example("e3", thread=one, question="B?"),
        example("e4", thread=two, question="B?"),
        example("e5", thread=two, question="C?"),
        example("e6", thread=apart, question="D?"),
    ]
    train, validation = split(examples)
    assert [e.example_id for e in train] == ["e1", "e2", "e3", "e4", "e5"]
    assert [e.example_id for e in validation] == ["e6"]


def test_the_files_hold_one_chat_row_a_line_as_people_read_it(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    taken = snapshots.take([example("e1", "20日です。", question="有給は何日")], MODEL)
    text = snapshots.path(taken.snapshot_id, "train.jsonl").read_text("utf-8")
    assert "20日です。" in text
    assert json.loads(text) == {
        "messages": [
            {"role": "user", "content": "有給は何日"},
            {"role": "assistant", "content": "20日です。"},
        ]
    }
    assert not snapshots.path(taken.snapshot_id, "validation.jsonl").exists()


def test_taking_a_snapshot_again_gives_the_one_that_is_there(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    first = snapshots.take(many(20), MODEL)
    assert snapshots.take(many(20), MODEL) == first
    assert snapshots.load(first.snapshot_id) == first
    assert [p.name for p in tmp_path.iterdir()] == [first.snapshot_id]


def test_a_snapshot_that_is_not_here_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="snapshot abc"):
        Snapshots(tmp_path).load("abc")


def test_only_snapshots_that_hold_what_was_erased_become_stale(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    with_it = snapshots.take([*many(3), correction('c"1')], MODEL).snapshot_id
    without = snapshots.take(many(3), MODEL).snapshot_id
    assert snapshots.mark_stale_with(lambda found: found == 'c"1', "erased") == [with_it]
    assert snapshots.stale(with_it) == "erased"
    assert snapshots.stale(without) is None
    assert snapshots.load(with_it).train


def test_the_first_reason_for_which_a_snapshot_is_stale_stays(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    taken = snapshots.take(many(3), MODEL).snapshot_id
    snapshots.mark_stale(taken, "first")
    snapshots.mark_stale(taken, "second")
    assert snapshots.stale(taken) == "first"


def test_an_example_named_in_a_text_makes_no_snapshot_stale(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.take([example("e1", '"example_id": "gone"\n"example_id": "gone"')], MODEL)
    assert snapshots.mark_stale_with(lambda found: found == "gone", "erased") == []


def test_what_a_killed_process_had_begun_to_write_is_removed_in_time(tmp_path: Path) -> None:
    dead, under_way = tmp_path / ".draft-dead", tmp_path / ".draft-alive"
    for draft in (dead, under_way):
        draft.mkdir()
        (draft / "train.jsonl").write_text("{")
    os.utime(dead, (1.0, 1.0))
    taken = Snapshots(tmp_path).take(many(3), MODEL)
    assert {path.name for path in tmp_path.iterdir()} == {".draft-alive", taken.snapshot_id}


def test_a_snapshot_that_cannot_be_written_can_be_written_later(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    folder.write_text("in the way")
    with pytest.raises(DiskUnavailable, match="make room in DATA_DIR"):
        Snapshots(folder).take(many(3), MODEL)
    folder.unlink()
    assert Snapshots(folder).take(many(3), MODEL).train
