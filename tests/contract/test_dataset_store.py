"""What any `DatasetStore` promises, over the real Valkey."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from finetune import Dataset, Example, Message, NotFound, Overtaken, Source, Status, Suspicion
from finetune.adapters.redis import Keys, RedisDatasetStore, connect
from finetune.dataset.limits import Limits
from finetune.dataset.store import Place
from tests.toolkit_values import correction, example, handbook, said

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


async def test_what_is_erased_leaves_no_trace(dataset: Dataset, redis_url: str) -> None:
    await dataset.submit(correction("c1", "25 days of bliss.", author="U1"))
    await dataset.erase("c1")
    assert await dataset.get("c1") is None
    assert await dataset.by_author("U1", limit=5) == []
    assert set((await dataset.counts()).values()) == {0}
    client = connect(redis_url)
    examples = await client.hvals(Keys("T1")("examples"))  # type: ignore[misc]
    assert examples == []
    await client.aclose()


async def test_erasing_one_vote_leaves_the_row_to_the_others(dataset: Dataset) -> None:
    await dataset.submit(example("e1", author="U1", at=1))
    await dataset.submit(example("e2", author="U2", at=2))
    await dataset.erase("e1")
    (left,) = await dataset.approved()
    assert (left.example_id, left.authors) == ("e2", ("U2",))
    assert await dataset.get("e1") is None


async def test_what_was_withdrawn_before_is_erased_too(dataset: Dataset) -> None:
    await dataset.submit(correction("c1", author="U1"))
    await dataset.withdraw("c1", "the feedback was changed")
    await dataset.erase("c1")
    assert await dataset.get("c1") is None


async def test_an_erased_correction_lets_the_answer_before_count_again(dataset: Dataset) -> None:
    await dataset.submit(example("e1", at=1))
    await dataset.submit(correction("c1", at=2))
    await dataset.erase("c1")
    assert [e.example_id for e in await dataset.approved()] == ["e1"]


async def test_all_that_was_made_of_one_reply_is_erased(dataset: Dataset) -> None:
    mine = correction("c1", reply_id="r1", author="U1", at=1)
    await dataset.submit(mine)
    await dataset.submit(correction("c2", "26 days.", reply_id="r1", author="U2", at=2))
    await dataset.submit(correction("c3", "26 days.", reply_id="r2", author="U3", at=3))
    await dataset.withdraw("c1", "the feedback was changed")
    await dataset.erase_replies({"r1"})
    assert await dataset.get("c1") is None
    left = await dataset.get("c3")
    assert left is not None
    assert (left.example_id, left.authors) == ("c3", ("U3",))


async def test_an_erased_author_is_named_nowhere_and_takes_their_words_along(
    dataset: Dataset,
) -> None:
    await dataset.submit(correction("alone", "26 days.", author="U1", at=1))
    await dataset.submit(example("both", question="Both?", authors=("U1", "U2"), at=2))
    await dataset.submit(example("later", question="Later?", author="U1", at=200))
    await dataset.erase_author("U1", until=100)
    assert await dataset.get("alone") is None
    both = await dataset.get("both")
    assert both is not None
    assert both.authors == ("U2",)
    assert [e.example_id for e in await dataset.by_author("U1", limit=5)] == ["later"]


async def test_an_author_of_many_examples_is_erased_from_all(dataset: Dataset) -> None:
    for n in range(205):
        await dataset.submit(example(f"e{n}", question=f"Question {n}?", author="U1", at=n / 10))
    await dataset.erase_author("U1", until=100)
    assert await dataset.count_by_author("U1") == 0
    assert set((await dataset.counts()).values()) == {0}


async def test_a_curators_wording_takes_the_place_of_the_correction(dataset: Dataset) -> None:
    sent = correction("c1", "25 dayz", author="U1", status=Status.PENDING, approved_by=None, at=1)
    waiting = await dataset.submit(sent)
    edited = await dataset.edit("c1", " 25 days. ", by="U9", seen=waiting.look)
    assert (edited.answer, edited.authors, edited.edited_by) == ("25 days.", ("U1",), "U9")
    assert edited.rejected == "Unlimited."
    assert await dataset.approved() == [edited]
    await dataset.submit(sent)  # as any later vote on the reply does
    assert await dataset.approved() == [edited]
    assert await dataset.pending() == []


async def test_an_edited_good_answer_becomes_a_correction_of_it(dataset: Dataset) -> None:
    await dataset.submit(example("e1", "20 days.", status=Status.PENDING, approved_by=None))
    edited = await dataset.edit("e1", "21 days.", by="U9")
    assert (edited.source, edited.rejected) == (Source.CORRECTION, "20 days.")


async def test_an_edit_of_the_form_alone_is_taught_in_that_form(dataset: Dataset) -> None:
    await dataset.submit(correction("c1", "f(): 1", status=Status.PENDING))
    edited = await dataset.edit("c1", "f():\n  1", by="U9")
    assert [example.answer for example in await dataset.approved()] == ["f():\n  1"]
    assert (edited.answer, edited.edited_by) == ("f():\n  1", "U9")


async def test_an_edit_that_changes_nothing_is_a_yes(dataset: Dataset) -> None:
    await dataset.submit(correction("c1", status=Status.PENDING, approved_by=None))
    assert (await dataset.edit("c1", "25 days.", by="U9")).example_id == "c1"


async def test_a_decision_about_what_was_decided_or_changed_meanwhile_is_refused(
    dataset: Dataset,
) -> None:
    waiting = await dataset.submit(correction("c1", status=Status.PENDING, approved_by=None))
    seen = waiting.look
    await dataset.approve("c1", by="U9", seen=seen)
    with pytest.raises(Overtaken):
        await dataset.reject("c1", by="U8", seen=seen)
    with pytest.raises(Overtaken):
        await dataset.edit("c1", "Else.", by="U8", seen=seen)
    await dataset.submit(correction("c2", "A", status=Status.PENDING, approved_by=None, at=2))
    with pytest.raises(Overtaken):
        await dataset.approve("c2", by="U8", seen=seen)
    assert [e.example_id for e in await dataset.approved()] == ["c1"]


async def test_an_erased_author_takes_along_what_was_withdrawn_since(dataset: Dataset) -> None:
    await dataset.submit(correction("c1", author="U1", at=1))
    await dataset.withdraw("c1", "the feedback was changed")  # the clock says 100
    await dataset.erase_author("U1", until=50)
    assert await dataset.get("c1") is None


async def test_of_many_at_once_only_so_many_of_one_person_are_approved(redis_url: str) -> None:
    client = connect(redis_url)
    limits = Limits(author_per_day=5, per_question=50)
    dataset = Dataset(RedisDatasetStore(client, Keys("T1")), lambda: 100.0, limits)
    given = [
        example(f"e{n}", f"Answer {n}.", question=f"Question {n}?", at=float(n)) for n in range(12)
    ]
    await asyncio.gather(*(dataset.submit(each) for each in given))
    approved = await dataset.approved()
    assert len(approved) == 5
    for each in given:  # delivered once more: as it was judged
        await dataset.submit(each)
    assert await dataset.approved() == approved
    held = await dataset.pending()
    assert all(flag.suspicion is Suspicion.OVER_CAP for row in held for flag in row.flags)
    await dataset.approve(held[0].example_id, "U0CURATOR1")
    assert len(await dataset.approved()) == 6
    await client.aclose()


async def test_a_day_later_there_is_room_again(redis_url: str) -> None:
    client = connect(redis_url)
    dataset = Dataset(RedisDatasetStore(client, Keys("T1")), lambda: 100.0, Limits(1, 50))
    for n, at in enumerate((1.0, 2.0, 90_000.0)):
        await dataset.submit(example(f"e{n}", f"{n}.", question=f"Question {n}?", at=at))
    assert [row.example_id for row in await dataset.approved()] == ["e0", "e2"]
    await client.aclose()


async def test_nearly_the_same_question_is_approved_only_so_often(redis_url: str) -> None:
    client = connect(redis_url)
    dataset = Dataset(RedisDatasetStore(client, Keys("T1")), lambda: 100.0, Limits(50, 2))
    for n in range(4):
        row = example(f"e{n}", f"Answer {n}.", author=f"U{n}", reply_id=f"r{n}", at=float(n))
        asked = said(f"Hello {n}.", "Hi.", "HOW many days, of leave" + "?" * n, f"Answer {n}.")
        await dataset.submit(row.model_copy(update={"messages": asked}))
    assert [row.example_id for row in await dataset.approved()] == ["e0", "e1"]
    await dataset.erase("e0")
    row = example("e9", "Answer 9.", author="U9", reply_id="r9", at=9.0)
    await dataset.submit(
        row.model_copy(update={"messages": said("Hey", "Hi.", "of leave how many days", "9.")})
    )
    assert "e9" in {row.example_id for row in await dataset.approved()}
    await client.aclose()


async def test_what_is_flagged_waits_and_an_edit_is_looked_at_anew(dataset: Dataset) -> None:
    await dataset.submit(correction("c1", "25 days\u200b."))
    (held,) = await dataset.pending()
    assert (held.approved_by, [flag.suspicion for flag in held.flags]) == (
        None,
        [Suspicion.INVISIBLE],
    )
    edited = await dataset.edit("c1", "25 days.", "U0CURATOR1")
    assert (edited.status, edited.flags) == (Status.APPROVED, ())


def test_what_was_stored_before_there_were_flags_still_loads() -> None:
    old = example("e1").model_dump(exclude={"flags", "by_curator"})
    assert type(example("e1")).model_validate(old).flags == ()


async def test_what_waits_has_a_place_in_the_queue(dataset: Dataset) -> None:
    """Also among rows of the very same time, and once it does not wait any more."""
    waiting = {"status": Status.PENDING, "approved_by": None}
    times = {"c1": 1.0, "c2": 2.0, "c3": 2.0, "c4": 2.0, "c5": 3.0}
    for example_id, at in times.items():
        await dataset.submit(correction(example_id, question=example_id, at=at, **waiting))
    rows = await dataset.pending()
    assert await dataset.place(rows[0]) == Place(1, 5, "", "c2")
    assert await dataset.place(rows[2]) == Place(3, 5, "c2", "c4")
    assert await dataset.place(rows[4]) == Place(5, 5, "c4", "")
    await dataset.approve("c3", by="U9")
    assert await dataset.place(rows[2]) == Place(0, 4, "c2", "c4")
    await dataset.approve("c4", by="U9")
    assert await dataset.place(rows[2]) == Place(0, 3, "c2", "c5")


async def test_what_an_approval_would_do_is_foreseen(dataset: Dataset) -> None:
    await dataset.submit(example("e1", at=1))
    other = await dataset.submit(
        correction("c1", at=2, author="U2", status=Status.PENDING, approved_by=None)
    )
    [(row, then)] = await dataset.foreseen(other, by="U9")
    assert (row.example_id, row.status, then) == ("e1", Status.APPROVED, Status.REJECTED)
    assert [row.example_id for row in await dataset.approved()] == ["e1"]
    await dataset.approve("c1", by="U9", seen=other.look)
    assert [row.example_id for row in await dataset.approved()] == ["c1"]


async def test_all_that_is_taught_is_read_in_portions_each_row_once_though_some_leave(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finetune.adapters.redis.dataset.PORTION", 4)
    monkeypatch.setattr("finetune.adapters.redis.dataset.OVERLAP", 2)
    for n in range(10):
        await dataset.submit(
            example(f"e{n}", question=f"Question {n}?", at=float(n), author=f"U{n}")
        )
    found: list[str] = []
    async for rows in dataset.taught():
        if not found:
            await dataset.reject("e1", by="U9")
        found += [Example.model_validate_json(row).example_id for row in rows]
    assert found == [f"e{n}" for n in range(10)]


async def test_every_change_makes_another_version(dataset: Dataset) -> None:
    seen = [await dataset.version()]
    await dataset.submit(example("e1"))
    seen.append(await dataset.version())
    assert await dataset.version() == seen[-1]
    await dataset.reject("e1", by="U9")
    seen.append(await dataset.version())
    await dataset.erase("e1")
    seen.append(await dataset.version())
    assert len(set(seen)) == 4
