"""A run without a run: the file that would be sent, and what the check says of it."""

import json
from pathlib import Path

from finetune import Method
from finetune.dataset.format import is_pair, preference
from finetune.dataset.snapshot import Snapshots
from finetune.training.rehearsal import rehearse
from tests.toolkit_values import correction, example


def test_it_counts_errors_tokens_and_money() -> None:
    examples = [example(f"e{n}", question=f"Question {n}?", at=float(n)) for n in range(12)]
    found = rehearse(examples, "gpt-4.1-mini-2025-04-14", Method.SUPERVISED)
    assert found is not None
    assert found.errors_total == 0
    assert found.train_rows + found.validation_rows == 12
    assert found.cost is not None and found.cost.as_of
    assert "No errors." in found.text


def test_a_price_that_is_not_known_is_none_and_nothing_to_send_is_no_rehearsal() -> None:
    found = rehearse([correction("c1", at=1.0)], "house-model", Method.SUPERVISED)
    assert found is not None and found.cost is None
    assert rehearse([], "house-model", Method.SUPERVISED) is None


def test_by_preference_only_corrections_with_both_answers_are_sent() -> None:
    examples = [correction("c1", at=1.0), example("e1", question="Q?", at=2.0)]
    found = rehearse(examples, "house-model", Method.DPO)
    assert found is not None
    assert (found.train_rows, found.validation_rows, found.errors_total) == (1, 0, 0)


def test_a_preference_row_has_both_outputs() -> None:
    taught = correction("c1", at=1.0)
    row = json.loads(preference(taught.messages, taught.rejected or ""))
    assert row["preferred_output"] == [{"role": "assistant", "content": taught.answer}]
    assert row["non_preferred_output"] == [{"role": "assistant", "content": taught.rejected}]
    assert [m["role"] for m in row["input"]["messages"]][-1] == "user"


def test_the_same_answer_twice_is_no_pair() -> None:
    taught = correction("c1", at=1.0)
    assert is_pair(taught.messages, taught.rejected)
    assert not is_pair(taught.messages, f" {taught.answer.upper()} ")
    assert not is_pair(taught.messages, None)


def test_the_preference_file_of_a_snapshot_is_the_same_however_often_it_is_written(
    tmp_path: Path,
) -> None:
    snapshots = Snapshots(tmp_path)
    taken = snapshots.take([correction("c1", at=1.0)], "m")
    snapshots.write_pairs(taken.snapshot_id, "p.jsonl")
    first = snapshots.path(taken.snapshot_id, "p.jsonl").read_bytes()
    snapshots.write_pairs(taken.snapshot_id, "p.jsonl")
    assert snapshots.path(taken.snapshot_id, "p.jsonl").read_bytes() == first
    assert first.count(b"\n") == 1
