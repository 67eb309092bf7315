"""A snapshot is taken from JSON as it is stored; what it holds is what `Example` would say of it."""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finetune import DiskUnavailable, Example
from finetune.dataset.example import digest
from finetune.dataset.format import is_pair, row
from finetune.dataset.snapshot import Row, Snapshot, Snapshots, tokens
from finetune.dataset.splitting import split
from tests.toolkit_values import example

MODEL = "gpt-4.1-mini"
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ODD = st.sampled_from(
    ["\ufb01ne", "Straße", "\uff57ide", "\n\\\"'", "\u2028", "\x00", "e\u0301", "<|endoftext|>"]
)
TEXTS = LETTERS | ODD
FLAG = st.fixed_dictionaries(
    {"suspicion": st.just("link")},
    optional={"where": st.sampled_from(["question", "answer", "note"]), "found": TEXTS},
)


@st.composite
def said(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Messages of any role, with names, without, and with none; the last one answers."""
    roles = draw(
        st.lists(st.sampled_from(["system", "user", "assistant", "tool"]), min_size=1, max_size=4)
    )
    found: list[dict[str, Any]] = [
        {"role": role, "content": draw(TEXTS)}
        | draw(st.fixed_dictionaries({}, optional={"name": st.none() | TEXTS}))
        for role in roles
    ]
    return [*found, {"role": "assistant", "content": draw(TEXTS.filter(str.strip))}]


# What rows hold that older versions wrote: anything with a default may be away.
STORED = st.fixed_dictionaries(
    {
        "example_id": LETTERS,
        "messages": said(),
        "status": st.sampled_from(["approved", "approved", "approved", "pending", "rejected"]),
        "source": st.sampled_from(["thumbs_up", "correction", "import", "distill"]),
        "thread": st.sampled_from([f"thread {n}" for n in range(20)]) | TEXTS,
        "created_at": st.sampled_from([1, 1.0, 2.5, -3.0]),
        "updated_at": st.just(9.0),
    },
    optional={
        "rejected": st.none() | TEXTS,
        "authors": st.lists(st.sampled_from(["U1", "U2"]), max_size=3),
        "edited_by": st.none() | st.sampled_from(["", "U3"]),
        "by_curator": st.booleans(),
        "flags": st.lists(FLAG, max_size=2),
        "tools": st.just([{"type": "function"}]),  # from a later version
    },
)  # fmt: skip


@given(st.lists(STORED, max_size=12))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_snapshot_holds_what_examples_say_of_themselves(stored: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        snapshots = Snapshots(Path(folder))
        with snapshots.freezing(MODEL) as freezing:
            freezing.add(json.dumps(each) for each in stored)
            taken = freezing.take()
        found = snapshots.load(taken.snapshot_id)
        files = {
            side: (file.read_text("utf-8") if file.exists() else "")
            for side in ("train", "validation")
            for file in [snapshots.path(taken.snapshot_id, f"{side}.jsonl")]
        }
    last = {
        each["example_id"]: Example.model_validate(each)
        for each in stored
        if each["status"] == "approved"
    }
    train, validation = split(last.values())
    assert found.train == tuple(map(_row, train))
    assert found.validation == tuple(map(_row, validation))
    assert files["train"] == "".join(row(each) + "\n" for each in train)
    assert files["validation"] == "".join(row(each) + "\n" for each in validation)
    assert found.tokens == taken.tokens == tokens(train, MODEL)
    assert (taken.corrections, taken.pairs) == (found.corrections, len(found.pairs))
    assert taken.pair_tokens == tokens((e for e in train if is_pair(e.messages, e.rejected)), MODEL)
    assert found.snapshot_id == _id(found)


def _row(of: Example) -> Row:
    values = {name: getattr(of, name) for name in Row.model_fields if name != "flagged"}
    return Row.model_validate(values | {"flagged": of.suspect})


def _id(held: Snapshot) -> str:
    """The hash of all that a snapshot was before voices and flags were kept."""
    told = held.model_dump(mode="json", exclude={"snapshot_id"})
    for each in (*told["train"], *told["validation"]):
        del each["voice"], each["flagged"]
        each["messages"] = [
            {k: v for k, v in said.items() if v is not None} for said in each["messages"]
        ]
    return digest(told)[:16]


def test_a_row_that_came_again_with_another_time_is_there_once(tmp_path: Path) -> None:
    rows = [example("e1", at=1.0), example("e2", at=2.0), example("e1", "New.", at=3.0)]
    taken = Snapshots(tmp_path).take(rows, MODEL)
    assert [each.example_id for each in (*taken.train, *taken.validation)] == ["e2", "e1"]


def test_what_was_taken_is_undone_unless_it_was_there_before(tmp_path: Path) -> None:
    snapshots, rows = Snapshots(tmp_path), [example("e1").model_dump_json()]
    for left in (0, 1):
        with snapshots.freezing(MODEL) as freezing:
            freezing.add(rows)
            freezing.take()
            freezing.undo()
        assert len(list(tmp_path.iterdir())) == left
        snapshots.take([example("e1")], MODEL)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file takes another byte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("count", [1, 2_000])  # what a buffer holds, and what it does not
def test_a_disk_that_fills_up_is_said_once_and_nothing_is_left(tmp_path: Path, count: int) -> None:
    rows = [example(f"e{n}", f"{n} days.", question=f"Question {n}?") for n in range(count)]
    snapshots = Snapshots(tmp_path)
    with full_disk(), pytest.raises(DiskUnavailable, match="make room in DATA_DIR"):
        snapshots.take(rows, MODEL)
    assert not list(tmp_path.iterdir())
    assert snapshots.take(rows, MODEL).train
