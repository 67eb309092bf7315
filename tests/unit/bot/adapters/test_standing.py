"""Counts per model and day are exact: whatever is done, twice or in any order, or broken off."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.adapters.redis import RedisStanding, RedisTurns, RedisVerdicts
from bot.domain.feedback import Feedback, Rating
from bot.domain.standing import counted, day_of
from bot.domain.voting import Act, gave
from tests.factories import ASKER, CURATOR, TEAM, down, reply, turn, up

LONG_AGO = date(2024, 1, 1)
STAMPS = ("1732170000.000100", "1732320000.000100")  # two days
At = tuple[int, int]  # which question, which revision of it
Numbers = dict[tuple[str, str], tuple[int, ...]]


def reply_id(at: At) -> str:
    return turn(ts=STAMPS[at[0]], revision=at[1]).reply_id


class Stores:
    """The stores, and what is done to them."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self.turns, self.verdicts = RedisTurns(redis, 86_400), RedisVerdicts(redis)

    async def save(self, at: At, model: str = "a") -> None:
        first = turn(ts=STAMPS[at[0]], thread_ts=STAMPS[at[0]])
        asked = first.model_copy(update={"revision": at[1]})
        await self.turns.accept(first)
        if at[1]:
            await self.turns.revise(asked)
        values = {"reply_id": reply_id(at), "model": model, "created_at": float(STAMPS[at[0]])}
        await self.turns.save_reply(asked, reply().model_copy(update=values))

    async def say(self, at: At, user: str, what: str, when: int) -> None:
        if what == "take":
            act = Act(reply_id=reply_id(at), user=user, at=when, taken="thumb")
        else:
            said = Feedback(
                reply_id=reply_id(at),
                user=user,
                rating=Rating.UP if what == "up" else Rating.DOWN,
                correction="25 days." if what == "correct" else None,
                given_by="reaction",
                at=when,
                origin="thumb",
            )
            act = gave(said)
        await self.verdicts.record(TEAM, act)

    async def silence(self, at: At, user: str) -> None:
        await self.verdicts.silence(TEAM, reply_id(at), user)

    async def erase(self, at: At, user: str) -> None:
        await self.verdicts.erase(TEAM, reply_id(at), user)

    async def unsay(self, at: At) -> None:
        await self.verdicts.forget(TEAM, reply_id(at))

    async def forget(self, at: At) -> None:
        await self.turns.forget(TEAM, turn(ts=STAMPS[at[0]]).turn_id)

    async def shown(self) -> Numbers:
        rows = await RedisStanding(self.redis).daily(TEAM, LONG_AGO)
        return {(str(r.day), r.model): (r.answers, r.up, r.down, r.corrections) for r in rows}

    async def full_count(self) -> Numbers:
        """Over every reply and verdict that is stored."""
        numbers: dict[tuple[str, str], Counter[int]] = {}
        for _, kept in await self.turns.replies(TEAM):
            votes = counted(await self.verdicts.of_reply(TEAM, kept.reply_id))
            sums = numbers.setdefault((day_of(kept.created_at), kept.model), Counter())
            sums.update(dict(enumerate((1, *votes))))
        return {of: tuple(sums[place] for place in range(4)) for of, sums in numbers.items()}


ATS, USERS = st.tuples(st.integers(0, 1), st.integers(0, 1)), st.sampled_from([ASKER, CURATOR])
WORDS = st.sampled_from(["up", "down", "correct", "take"])
SAYING = st.tuples(st.just("say"), ATS, USERS, WORDS, st.integers(1, 4))
STEPS = st.one_of(
    st.tuples(st.just("save"), ATS, st.sampled_from("ab")),
    SAYING,
    SAYING,
    st.tuples(st.sampled_from(["silence", "erase"]), ATS, USERS),
    st.tuples(st.sampled_from(["unsay", "forget"]), ATS),
)


@pytest.fixture
async def stores(redis_url: str) -> AsyncIterator[Stores]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield Stores(redis)


async def _played(url: str, steps: Sequence[tuple[Any, ...]]) -> tuple[Numbers, Numbers]:
    async with Redis.from_url(url, decode_responses=True) as redis:
        await redis.flushall()
        stores = Stores(redis)
        for name, *values in steps:
            await getattr(stores, name)(*values)
        return await stores.shown(), await stores.full_count()


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=14))
def test_the_counts_equal_a_full_count_of_what_is_stored(
    valkey_url: str, steps: list[tuple[Any, ...]]
) -> None:
    shown, full = asyncio.run(_played(valkey_url, steps))
    assert shown == full


@pytest.mark.anyio
async def test_a_reply_that_only_expires_stays_counted(stores: Stores) -> None:
    await stores.save((0, 0))
    await stores.redis.delete(f"apprentice:{{{TEAM}}}:turn:{reply_id((0, 0))}")
    assert await stores.shown() == {("2024-11-21", "a"): (1, 0, 0, 0)}


@pytest.mark.anyio
async def test_a_reply_from_before_there_were_counts_is_counted_with_its_votes(
    stores: Stores,
) -> None:
    await stores.save((0, 0))
    await stores.say((0, 0), ASKER, "up", 1)
    start = f"apprentice:{{{TEAM}}}:"
    await stores.redis.hdel(f"{start}turn:{reply_id((0, 0))}", f"tally {reply_id((0, 0))}")
    await stores.redis.delete(f"{start}standing:2024-11")
    await stores.say((0, 0), CURATOR, "down", 2)
    assert await stores.shown() == {("2024-11-21", "a"): (1, 1, 1, 0)}


@pytest.mark.anyio
@pytest.mark.parametrize("done", [False, True])
async def test_a_verdict_and_its_count_are_both_there_or_neither(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, done: bool
) -> None:
    await stores.save((0, 0))
    await stores.verdicts.put(TEAM, up())
    commit = Pipeline.execute

    async def killed(pipe: Pipeline) -> None:
        if done:
            await commit(pipe)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Pipeline, "execute", killed)
        with pytest.raises(KeyboardInterrupt):
            await stores.verdicts.put(TEAM, down(correction="25 days.", at=2.0))
    assert (await stores.shown())["2024-11-21", "a"] == ((1, 0, 1, 1) if done else (1, 1, 0, 0))
    assert await stores.shown() == await stores.full_count()
