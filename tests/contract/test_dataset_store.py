"""What any `DatasetStore` promises, over the real Valkey."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from finetune import Dataset, Message, NotFound, Source, Status
from finetune.adapters.redis import Keys, RedisDatasetStore, connect
from tests.toolkit_values import correction, example, handbook

pytestmark = pytest.mark.anyio


@pytest.fixture
async def dataset(redis_url: str) -> AsyncIterator[Dataset]:
    client = connect(redis_url)
    yield Dataset(RedisDatasetStore(client, Keys("T1")), clock=lambda: 100.0)
    await client.aclose()


async def test_what_is_submitted_is_found_by_its_id_and_status(dataset: Dataset) -> None:
    stored = await dataset.submit(example("e1"))
    assert await dataset.get("e1") == stored
    assert await dataset.approved() == [stored]
    assert await dataset.counts() == {
        Status.PENDING: 0,
        Status.APPROVED: 1,
        Status.REJECTED: 0,
    }


async def test_nothing_personal_is_stored(dataset: Dataset) -> None:
    await dataset.submit(
        correction("c1", "Write to ben@hoshi.example.com.", rejected="Call 03-1234-5678.")
    )
    (stored,) = await dataset.approved()
    assert stored.answer == "Write to [email]."
    assert stored.rejected == "Call [phone]."


async def test_submitting_at_the_same_time_loses_no_author(dataset: Dataset) -> None:
    votes = [example(f"e{n}", author=f"U{n}", at=float(n)) for n in range(12)]
    await asyncio.gather(*(dataset.submit(vote) for vote in votes))
    (only,) = await dataset.approved()
    assert set(only.authors) == {f"U{n}" for n in range(12)}


async def test_an_example_merged_into_its_twin_is_found_by_both_ids(dataset: Dataset) -> None:
    await dataset.submit(example("e1"))
    twin = await dataset.submit(example("e2", author="U2"))
    assert twin.example_id == "e1"
    assert await dataset.get("e2") == await dataset.get("e1")


async def test_a_correction_taken_back_leaves_the_answer_before(dataset: Dataset) -> None:
    await dataset.submit(example("e1", at=1))
    await dataset.submit(correction("c1", at=2))
    assert [e.example_id for e in await dataset.approved()] == ["c1"]
    await dataset.withdraw("c1", "no feedback left")
    assert [e.example_id for e in await dataset.approved()] == ["e1"]
    await dataset.withdraw("unknown", "no feedback left")


async def test_the_changed_correction_of_one_reply_replaces_the_old(dataset: Dataset) -> None:
    await dataset.submit(correction("c1", "25 days.", at=1))
    await dataset.submit(correction("c1", "26 days.", at=2))
    assert [e.answer for e in await dataset.approved()] == ["26 days."]


async def test_a_curator_decides_about_what_is_pending(dataset: Dataset) -> None:
    for n in range(3):
        waiting = example(f"e{n}", question=f"Question {n}?", at=float(n), status=Status.PENDING)
        await dataset.submit(waiting)
    assert [e.example_id for e in await dataset.pending(offset=1, limit=1)] == ["e1"]
    approved = await dataset.approve("e1", by="U9")
    assert (approved.status, approved.approved_by) == (Status.APPROVED, "U9")
    rejected = await dataset.reject("e2", by="U9", reason="too vague")
    assert rejected.reason == "rejected by U9: too vague"
    assert [e.example_id for e in await dataset.pending()] == ["e0"]
    with pytest.raises(NotFound):
        await dataset.approve("nothing", by="U9")


async def test_importing_twice_is_as_good_as_once(dataset: Dataset) -> None:
    assert await dataset.import_rows(handbook(5), by="aiko") == 5
    first = await dataset.approved()
    await dataset.import_rows(handbook(5), by="aiko")
    assert await dataset.approved() == first
    assert {e.source for e in first} == {Source.IMPORT}


async def test_workspaces_do_not_see_each_other(dataset: Dataset, redis_url: str) -> None:
    client = connect(redis_url)
    other = Dataset(RedisDatasetStore(client, Keys("T2")))
    await dataset.submit(example("e1"))
    assert await other.get("e1") is None
    assert await other.approved() == []
    await client.aclose()


async def test_the_system_prompt_is_no_part_of_the_question(dataset: Dataset) -> None:
    one = example("e1")
    system = Message(role="system", content="Be brief.")
    await dataset.submit(one)
    await dataset.submit(example("e2", messages=(system, *one.messages), author="U2"))
    assert len(await dataset.approved()) == 1


async def test_authors_find_what_became_of_their_votes_newest_first(dataset: Dataset) -> None:
    await dataset.submit(example("e1", author="U1", at=1))
    await dataset.submit(example("e2", "Another question?", author="U1", at=2))
    await dataset.submit(example("e3", "A third?", author="U2", at=3))
    await dataset.reject("e1", by="U9")
    found = await dataset.by_author("U1", limit=5)
    assert [(e.example_id, e.status) for e in found] == [
        ("e2", Status.APPROVED),
        ("e1", Status.REJECTED),
    ]
    assert await dataset.by_author("U3", limit=5) == []
