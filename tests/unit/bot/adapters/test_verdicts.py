"""Verdicts are kept in few bytes, and what was kept in more of them is read all the same."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns, RedisVerdicts
from bot.adapters.redis.given import acts_of, acts_text, verdict_of, verdict_text
from bot.domain.feedback import Feedback, Rating
from bot.domain.voting import Act, gave
from tests.factories import ASKER, TEAM, down, reply, turn, up

REPLY = reply().reply_id
PLACE = f"apprentice:{{{TEAM}}}"
FEEDBACK = st.builds(
    Feedback,
    rating=st.sampled_from(Rating),
    correction=st.none() | st.text(max_size=30),
    note=st.none() | st.text(max_size=30),
    origin=st.text(max_size=30),
    at=st.floats(0, 1e11),
)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        await RedisTurns(client, 86_400).accept(turn())
        yield client


@given(FEEDBACK)
def test_what_is_kept_is_read_as_it_was(said: Feedback) -> None:
    assert verdict_of(verdict_text(said), said.reply_id, said.user) == said
    assert verdict_of(said.model_dump_json(), "another", "person") == said
    taken = Act(reply_id=said.reply_id, user=said.user, at=said.at, taken=said.origin)
    assert acts_of(acts_text((gave(said), taken)), None) == (gave(said), taken)


@pytest.mark.parametrize("damaged", ["", "{", "[]", '"up"', '{"rating":"up"}', b"\xff"])
def test_what_is_damaged_is_a_value_error(damaged: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        verdict_of(damaged, REPLY, ASKER)


@pytest.mark.anyio
async def test_a_plain_vote_is_one_small_field(redis: Redis) -> None:
    await RedisVerdicts(redis).put(TEAM, up(at=1_763_700_000.123456))
    [kept] = await redis.hvals(f"{PLACE}:verdicts:{REPLY}")
    assert len(kept) <= 64
    assert not await redis.exists(f"{PLACE}:acts:{REPLY}")


@pytest.mark.anyio
async def test_a_vote_that_no_longer_counts_is_still_known_of(redis: Redis) -> None:
    verdicts = RedisVerdicts(redis)
    await verdicts.put(TEAM, up(at=5.0))
    await verdicts.silence(TEAM, REPLY, ASKER)
    assert await verdicts.of(TEAM, REPLY, ASKER) is None
    assert await verdicts.acted(TEAM, REPLY, ASKER)
    assert await verdicts.of_user(TEAM, ASKER) == {REPLY: 5.0}
    await verdicts.erase(TEAM, REPLY, ASKER)
    assert not await verdicts.acted(TEAM, REPLY, ASKER)
    assert await verdicts.of_user(TEAM, ASKER) == {}


@pytest.mark.anyio
async def test_votes_from_before_are_read_and_changed(redis: Redis) -> None:
    before, verdicts = up(at=1.0), RedisVerdicts(redis)
    await redis.hset(f"{PLACE}:verdicts:{REPLY}", ASKER, before.model_dump_json())
    acts = f"[{gave(before).model_dump_json()}]"
    await redis.hset(f"{PLACE}:acts:{REPLY}", ASKER, acts)
    assert await verdicts.of_reply(TEAM, REPLY) == [before]
    after = down(at=2.0)
    assert await verdicts.record(TEAM, gave(after)) == after
    kept = await redis.hget(f"{PLACE}:acts:{REPLY}", ASKER)
    assert acts_of(kept, None) == (gave(before), gave(after))
