"""Changes of a turn on a real server: in one step, and only while it stands as it was known."""

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.adapters.redis import RedisTurns
from bot.adapters.redis.guarded import Marked, change, change_after
from tests.factories import reply, turn

pytestmark = pytest.mark.anyio
PLACE = "apprentice:{T}:turn:C:1"


async def round_trips(redis: Redis) -> int:
    """So far, with this one."""
    return int((await redis.info("stats"))["total_reads_processed"])


async def test_all_commands_are_answered_in_their_order(redis_url: str) -> None:
    def write(pipe: Pipeline) -> None:
        pipe.hset(PLACE, mapping={"a": "1", "b": "ü"})
        pipe.set(f"{PLACE}:x", "1", nx=True, ex=9)
        pipe.exists(f"{PLACE}:x")

    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        assert await change(redis, PLACE, write) is None
        assert await redis.exists(PLACE) == 0
        await redis.hset(PLACE, "turn", turn().model_dump_json())
        answers = await change(redis, PLACE, write, 0)
        assert answers is not None
        assert (answers[0], answers[2]) == (2, 1)
        assert await redis.hmget(PLACE, ["a", "b"]) == ["1", "ü"]
        assert 0 < await redis.ttl(f"{PLACE}:x") <= 9


@pytest.mark.parametrize("said", [turn(revision=1).model_dump_json(), "{", "null", "7"])
async def test_another_revision_is_not_written_to(redis_url: str, said: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.hset(PLACE, "turn", said)
        for revision in (0, 2):
            assert await change(redis, PLACE, lambda pipe: pipe.delete(PLACE), revision) is None
        assert await redis.hget(PLACE, "turn") == said


async def test_what_depends_on_a_field_is_made_anew_from_what_the_field_holds(
    redis_url: str,
) -> None:
    made = []

    def write(pipe: Pipeline, known: str | None) -> None:
        made.append(known)
        pipe.hset(PLACE, "n", f"{known or ''}+")

    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.hset(PLACE, "turn", "{}")
        for _ in range(2):
            await change_after(redis, PLACE, "n", write)
        assert await redis.hget(PLACE, "n") == "++"
        assert made == [None, None, "+"]


async def test_where_a_mark_stands_nothing_is_changed(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.hset(PLACE, "turn", "{}")
        marks = [f"{PLACE}:{n}" for n in range(3)]
        await redis.mset({marks[0]: "1", marks[2]: "1"})
        with pytest.raises(Marked) as raised:
            await change_after(redis, PLACE, "", lambda pipe, _: pipe.delete(PLACE), marks=marks)
        assert raised.value.marks == [marks[0], marks[2]]
        assert await redis.exists(PLACE)
        assert await change_after(redis, PLACE, "", lambda pipe, _: None, marks=marks[1:2]) == []


async def test_each_step_of_an_answer_is_one_round_trip(redis_url: str) -> None:
    """However long the thread is, and however much was asked in it."""
    async with Redis.from_url(redis_url, decode_responses=True, max_connections=1) as redis:
        turns = RedisTurns(redis, 86_400)
        past = [turn(ts=f"17321700{n:02}.000100") for n in range(30)]
        for each in (*past, turn(ts="1732170099.000200")):
            await turns.accept(each)
        for asked in (past[5], turn(ts="1732170099.000200")):  # the first loads the scripts
            steps = (
                lambda asked=asked: turns.record(asked.team, asked.turn_id, asked.thread_id),
                lambda asked=asked: turns.start(asked),
                lambda asked=asked: anext(turns.recent(asked)),
                lambda asked=asked: turns.posted(asked, "1.5"),
                lambda asked=asked: turns.save_reply(
                    asked,
                    reply().model_copy(update={"reply_id": asked.reply_id, "sources": ("@U1",)}),
                ),
                lambda asked=asked: turns.answered(asked, "1.5"),
            )
            took = []
            for step in steps:
                before = await round_trips(redis)
                await step()
                took.append(await round_trips(redis) - before - 1)
        assert took == [1] * len(steps)
