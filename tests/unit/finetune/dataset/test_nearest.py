"""The rows of a snapshot whose questions are most alike, for whoever asks why a model says so."""

from pathlib import Path

import pytest

from finetune import Example, Message, NotFound, Snapshots, Source, Status, nearest

pytestmark = pytest.mark.anyio


def _taught(question: str, number: int) -> Example:
    said = (Message(role="user", content=question), Message(role="assistant", content="So."))
    return Example(
        example_id=f"e{number}",
        messages=said,
        status=Status.APPROVED,
        source=Source.CORRECTION,
        thread=f"t{number}",
        created_at=1.0,
        updated_at=1.0,
    )


async def test_the_most_alike_come_first_and_what_is_unlike_not_at_all(tmp_path: Path) -> None:
    questions = ("How do I reset my password?", "有給休暇の申請方法は？", "Where is the oven?")
    snapshots = Snapshots(tmp_path)
    taken = snapshots.take([_taught(q, n) for n, q in enumerate(questions)], "gpt-4.1-nano")
    found = await nearest(snapshots, taken.snapshot_id, "My password: how do I RESET it?")
    assert [each.question for each in found] == [questions[0]]
    [japanese] = await nearest(snapshots, taken.snapshot_id, "有給休暇の申請の方法")
    assert japanese.question == questions[1]


async def test_a_snapshot_that_is_gone_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await nearest(Snapshots(tmp_path), "gone", "Why?")
