"""Every decision is in the log once, with its effect, and leaves it with what is erased."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from finetune import Action, Dataset, Entry, Overtaken, Run, RunState, Source, Status
from finetune.adapters.redis import (
    Keys,
    RedisAuditLog,
    RedisDatasetStore,
    RedisRegistry,
    RedisRunStore,
    connect,
)
from finetune.adapters.redis.audit import PAGE
from finetune.training.store import StaleRun
from tests.toolkit_values import correction, example, handbook

pytestmark = pytest.mark.anyio
KEYS = Keys("T1")


@dataclass
class Place:
    """A workspace whose clock goes on by itself, a second at a time."""

    client: Redis
    now: float = 100.0

    def clock(self) -> float:
        self.now += 1
        return self.now

    @property
    def log(self) -> RedisAuditLog:
        return RedisAuditLog(self.client, KEYS)

    @property
    def dataset(self) -> Dataset:
        return Dataset(RedisDatasetStore(self.client, KEYS), clock=self.clock, audit=self.log)

    async def told(self, **asked: str) -> list[tuple[str, str, str]]:
        """Newest first: what, by whom, about what."""
        found = await self.log.entries(**asked)  # type: ignore[arg-type]  # only texts are asked for
        return [(entry.action, entry.by, entry.about) for entry in found]

    async def waits(self, *ids: str, author: str = "U1") -> None:
        for example_id in ids:
            await self.dataset.submit(
                correction(
                    example_id,
                    f"Answer {example_id}.",
                    question=f"What of {example_id}?",
                    status=Status.PENDING,
                    approved_by=None,
                    author=author,
                    reply_id=f"reply-{example_id}",
                )
            )


@pytest.fixture
async def place(redis_url: str) -> AsyncIterator[Place]:
    client = connect(redis_url)
    yield Place(client)
    await client.aclose()


async def test_each_decision_is_told_once_however_often_it_is_taken(place: Place) -> None:
    await place.waits("a", "b", "c")
    for _ in range(2):
        await place.dataset.approve("a", "CUR")
        await place.dataset.reject("b", "CUR", "no")
        await place.dataset.edit("c", "In other words.", "CUR")
        await place.dataset.reopen("a", "CUR") if _ else None
    assert await place.told() == [
        ("reopened", "CUR", "a"),
        ("edited", "CUR", "c-edited"),
        ("rejected", "CUR", "b"),
        ("approved", "CUR", "a"),
    ]
    assert await place.told(about="c") == [("edited", "CUR", "c-edited")]
    [refused] = await place.log.entries(about="b")
    assert refused.detail == {"reason": "no"}


async def test_who_comes_too_late_is_not_told_of(place: Place) -> None:
    await place.waits("a")
    row = await place.dataset.get("a")
    assert row is not None
    await place.dataset.approve("a", "CUR", row.look)
    with pytest.raises(Overtaken):
        await place.dataset.reject("a", "CUR2", seen=row.look)
    assert await place.told() == [("approved", "CUR", "a")]


async def test_a_transaction_that_is_tried_again_writes_its_entry_once(place: Place) -> None:
    # All answer one question, so that they keep each other from being written at the first try.
    await asyncio.gather(*(place.dataset.submit(example(f"e{n}", f"{n}.")) for n in range(8)))
    await asyncio.gather(*(place.dataset.reject(f"e{n}", "CUR") for n in range(8)))
    told = [about for _, _, about in await place.told(action=Action.REJECTED)]
    assert sorted(told) == [f"e{n}" for n in range(8)]


async def test_what_is_erased_leaves_the_log_with_all_its_places(place: Place) -> None:
    await place.waits("a", "b", "c")
    await place.waits("d", author="U2")
    for example_id in ("a", "b", "c", "d"):
        await place.dataset.approve(example_id, "CUR")
    await place.dataset.erase("a")
    await place.dataset.erase_replies({"reply-b"})
    await place.dataset.erase_author("U1", until=50.0)
    assert await place.told() == [("approved", "CUR", "d")]
    assert await place.told(by="CUR") == [("approved", "CUR", "d")]
    names = [str(name) async for name in place.client.scan_iter("*audit*")]
    assert not [name for name in names if name.endswith((":a", "-b", ":c", ":U1"))]


async def test_an_entry_goes_although_its_row_had_another_id_when_it_was_erased(
    place: Place,
) -> None:
    await place.dataset.submit(example("one", author="U1", reply_id="r1", status=Status.PENDING))
    await place.dataset.submit(example("two", author="U2", reply_id="r2", status=Status.PENDING))
    await place.dataset.approve("one", "CUR")
    await place.dataset.withdraw("one", "the feedback was changed")  # now the row is `two`
    assert await place.told(about="two") == [("approved", "CUR", "one")]
    await place.dataset.erase_author("U1", until=50.0)
    assert await place.told() == []


async def test_it_is_read_page_by_page_and_by_person_action_and_thing(place: Place) -> None:
    for n in range(PAGE + 30):
        who, what = ("CUR", Action.EXPORTED) if n % 2 else ("ADM", Action.DOWNLOADED)
        await place.log.record(Entry(at=n, by=who, action=what, about=f"s{n % 3}"))
    newest = await place.log.entries(limit=3)
    assert [entry.at for entry in newest] == [PAGE + 29, PAGE + 28, PAGE + 27]
    older = await place.log.entries(before=newest[-1].entry_id, limit=2)
    assert [entry.at for entry in older] == [PAGE + 26, PAGE + 25]
    mine = await place.log.entries(by="CUR", action=Action.EXPORTED, about="s1", limit=2)
    assert [entry.at for entry in mine] == [PAGE + 29, PAGE + 23]
    after = await place.log.entries(before=mine[-1].entry_id, by="CUR", about="s1", limit=1)
    assert [entry.at for entry in after] == [PAGE + 17]
    assert len(await place.log.entries(limit=1000)) == PAGE + 30
    assert await place.log.entries(by="CUR", action=Action.DOWNLOADED) == []
    assert await place.log.people() == ["ADM", "CUR"]


async def test_an_import_is_told_once_with_its_number_of_rows(place: Place) -> None:
    for _ in range(2):
        await place.dataset.import_rows(handbook(5), by="CUR")
    [entry] = await place.log.entries()
    assert (entry.action, entry.by, entry.detail) == (Action.IMPORTED, "CUR", {"rows": 5})
    [row] = await place.dataset.by_author("CUR", limit=1)
    assert row.source is Source.IMPORT


async def test_a_run_is_told_of_when_it_is_planned_and_when_it_is_saved_with_a_decision(
    place: Place,
) -> None:
    store = RedisRunStore(place.client, KEYS)
    wanted = Run(run_id="run-1", requested_by="ADM", created_at=1, updated_at=1, base_model="b")
    for _ in range(2):
        run = await store.plan(wanted, key="same", per_day=9)
    entry = Entry(at=2, by="ADM", action=Action.RUN_CANCELLED, about="run-1")
    ended = run.model_copy(update={"state": RunState.CANCELLED, "cancelled_by": "ADM"})
    await store.save(ended, entry)
    with pytest.raises(StaleRun):
        await store.save(ended, entry)
    assert await place.told(about="run-1") == [
        ("run_cancelled", "ADM", "run-1"),
        ("run_planned", "ADM", "run-1"),
    ]


async def test_the_champion_moves_with_its_entry_and_a_step_back_names_what_it_left(
    place: Place,
) -> None:
    registry = RedisRegistry(place.client, KEYS, "base", clock=place.clock)
    for _ in range(2):
        await registry.promote("m1", run_id="run-1", by="ADM")
    for _ in range(2):
        await registry.rollback("ADM2", leaving="m1") if _ == 0 else None
    back, live = await place.log.entries()
    assert (live.action, live.by, live.about, live.detail) == (
        Action.WENT_LIVE,
        "ADM",
        "run-1",
        {"model": "m1"},
    )
    assert (back.action, back.by, back.about, back.detail) == (
        Action.ROLLED_BACK,
        "ADM2",
        "run-1",
        {"model": "base", "left": "m1"},
    )
