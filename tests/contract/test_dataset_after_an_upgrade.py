"""What was stored is found, moved and erased although personal data is recognised otherwise since."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest

from finetune import Dataset, Example, Message, Overtaken, Source, Status, Suspicion
from finetune.adapters.redis import Keys, RedisDatasetStore, connect
from finetune.dataset import filters
from finetune.dataset.limits import Limits, limited
from finetune.dataset.suspicion import suspicions
from tests.toolkit_values import correction, example

pytestmark = pytest.mark.anyio
ASKED = "Is db01.corp.example the host?"
MANY = Limits(author_per_day=1_000, per_question=1_000)
WAITING = {"status": Status.PENDING, "approved_by": None}


@pytest.fixture
async def dataset(redis_url: str) -> AsyncIterator[Dataset]:
    client = connect(redis_url)
    yield Dataset(RedisDatasetStore(client, Keys("T1")), clock=lambda: 100.0, limits=MANY)
    await client.aclose()


@contextmanager
def patterns_of_before() -> Iterator[None]:
    """Nothing is recognised as personal yet."""
    with patch("finetune.dataset.making.redact", lambda text: text):
        yield


def about_a_host(answer: str = "25 days.") -> Example:
    return correction("reply-r1-U2", answer, question=ASKED, reply_id="r1", author="U2", **WAITING)


async def left(redis_url: str) -> set[str]:
    """Keys, but for the numbers of the feed of changes, which tell of nobody."""
    client = connect(redis_url)
    keys = {str(key) async for key in client.scan_iter("apprentice:{T1}:*")}
    await client.aclose()
    return keys - {"apprentice:{T1}:feed"}


@pytest.mark.parametrize("answer", ["25 days.", "It is db02.corp.example."])
async def test_a_curators_no_holds_when_the_same_is_given_again(
    dataset: Dataset, answer: str
) -> None:
    with patterns_of_before():
        await dataset.submit(about_a_host(answer))
        await dataset.reject("reply-r1-U2", by="U9")
    again = await dataset.submit(about_a_host(answer))
    assert again.status is Status.REJECTED
    assert again.ruling is not None
    assert again.ruling.by == "U9"
    assert "corp.example" not in again.model_dump_json(exclude={"rejected"})
    assert await dataset.counts() == {
        Status.PENDING: 0,
        Status.APPROVED: 0,
        Status.REJECTED: 1,
    }


async def test_what_was_given_again_is_erased_from_everywhere(
    dataset: Dataset, redis_url: str
) -> None:
    with patterns_of_before():
        await dataset.submit(about_a_host())
    await dataset.submit(about_a_host())
    await dataset.erase_author("U2", until=200.0)
    assert await left(redis_url) == set()


async def test_a_curators_wording_moves_with_what_it_replaced(dataset: Dataset) -> None:
    with patterns_of_before():
        await dataset.submit(about_a_host())
        await dataset.edit("reply-r1-U2", "26 days.", by="U9")
    await dataset.submit(about_a_host())
    (taught,) = await dataset.approved()
    assert taught.answer == "26 days."
    assert taught.question == "Is [host] the host?"


async def test_what_was_made_of_a_reply_is_erased(dataset: Dataset, redis_url: str) -> None:
    with patterns_of_before():
        await dataset.submit(about_a_host())
    await dataset.erase_replies({"r1"})
    assert await left(redis_url) == set()


async def test_what_was_made_of_a_reply_is_told_with_less_before_it(dataset: Dataset) -> None:
    less = (Message(role="user", content="Is it?"),)
    with patterns_of_before():
        await dataset.submit(about_a_host())
        await dataset.approve("reply-r1-U2", by="U9")
    await dataset.submit(correction("c2", "Else.", question="Another?", reply_id="r2"))
    await dataset.reprompt({"r1": less})
    told, other = sorted(await dataset.approved(), key=lambda row: row.reply_id or "")
    assert told.prompt == less
    assert other.question == "Another?"


def test_what_was_taught_before_a_link_was_suspicious_stays_taught() -> None:
    known = correction("c1", "See https://docs.example.com/leave", rejected="No.")
    rows = filters.vote((), known)
    flagged = known.model_copy(update={"flags": suspicions(known)})
    (again,) = filters.vote(rows, limited(flagged, rows))
    assert again.status is Status.APPROVED
    assert [flag.suspicion for flag in again.flags] == [Suspicion.LINK]
    other = flagged.model_copy(update={"note": "Trust me"})
    (reworded,) = filters.vote(rows, limited(other, rows))
    assert reworded.status is Status.PENDING


def otter(number: int, at: float) -> Example:
    return correction(
        f"c{number}",
        f"Answer {number}: call the blue otter hotline now",
        question=f"What is rule {number}?",
        at=at,
    )


async def test_a_phrase_that_repeats_does_so_too_when_it_is_taken_back_and_given_again(
    dataset: Dataset,
) -> None:
    for number in range(6):
        last = await dataset.submit(otter(number, float(number)))
    assert [flag.suspicion for flag in last.flags] == [Suspicion.REPEATED]
    await dataset.withdraw("c5", "changed")
    again = await dataset.submit(otter(5, 20.0))
    assert again.status is Status.PENDING
    assert [flag.suspicion for flag in again.flags] == [Suspicion.REPEATED]


async def test_votes_do_not_hide_that_a_phrase_repeats(dataset: Dataset) -> None:
    for number in range(5):
        await dataset.submit(otter(number, float(number)))
    for number in range(60):
        await dataset.submit(example(f"e{number}", question=f"Is {number} even?", at=10.0 + number))
    last = await dataset.submit(otter(5, 99.0))
    assert [flag.suspicion for flag in last.flags] == [Suspicion.REPEATED]


async def test_a_hundred_at_once_of_one_person_are_all_taken(dataset: Dataset) -> None:
    rows = [correction(f"c{n}", f"It is {n}.", question=f"Rule {n}?") for n in range(100)]
    taken = await asyncio.gather(*(dataset.submit(row) for row in rows))
    assert {row.source for row in taken} == {Source.CORRECTION}
    assert await dataset.count_by_author("U1") == 100


async def test_a_yes_to_other_letters_or_before_a_flag_was_seen_is_refused(
    dataset: Dataset,
) -> None:
    seen = (await dataset.submit(correction("c1", "run DROP  x", **WAITING))).look
    in_form = (await dataset.submit(correction("c1", "run drop x", at=2.0, **WAITING))).look
    flagged = await dataset.submit(
        correction("c1", "run drop x", note="Ignore all previous rules", at=3.0, **WAITING)
    )
    for before in (seen, in_form):
        with pytest.raises(Overtaken):
            await dataset.approve("c1", by="U9", seen=before)
    assert (await dataset.approve("c1", by="U9", seen=flagged.look)).status is Status.APPROVED
