"""Turns on a real server: revised, stopped, forgotten, while somebody still works on them."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTakingUp, RedisTries, RedisTurns
from bot.adapters.redis.replies import ReplyRecords
from bot.domain.aside import Piece
from bot.domain.conversation import Turn
from finetune import Message
from tests.factories import TEAM, reply, turn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def turns(redis_url: str) -> AsyncIterator[RedisTurns]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield RedisTurns(redis, 86_400)


async def heard(turns: RedisTurns, call: Turn) -> tuple[str, ...]:
    known = await turns.record(call.team, call.turn_id, call.thread_id)
    assert known is not None
    return known.heard


async def test_who_answers_the_old_question_does_not_mark_the_new_one_answered(
    turns: RedisTurns,
) -> None:
    old = turn()
    await turns.accept(old)
    new = old.model_copy(update={"text": "How old?", "revision": 1})
    assert await turns.revise(new)
    assert await turns.stopped([old])
    assert not await turns.start(old)
    assert not await turns.save_reply(old, reply())
    assert not await turns.answered(old, "1.5")
    state = await turns.state(new)
    assert not state.answered
    assert state.reply is None
    assert state.posted_ts == "1.5"  # the message is there, to be rewritten
    assert await turns.answered(new, "1.5")


async def test_the_same_revision_twice_is_one(turns: RedisTurns) -> None:
    asked = turn()
    await turns.accept(asked)
    again = asked.model_copy(update={"revision": 1})
    assert [await turns.revise(again), await turns.revise(again)] == [True, False]


async def test_a_forgotten_turn_is_not_brought_back_by_who_still_works_on_it(
    turns: RedisTurns,
) -> None:
    asked = turn()
    await turns.accept(asked)
    await turns.forget(asked.team, asked.turn_id)
    assert not await turns.start(asked)
    await turns.posted(asked, "1.5")
    assert not await turns.save_reply(asked, reply())
    assert not await turns.answered(asked, "1.5")
    await turns.dropped(asked)
    assert await turns.stopped([asked])
    assert await turns.turn_at(asked.team, asked.channel, "1.5") is None
    assert not await turns.accept(asked)
    assert await turns.get(asked.team, asked.turn_id) is None
    assert await turns.knows_thread(asked.team, asked.channel, asked.thread_ts)


async def test_what_is_said_to_somebody_else_is_kept_and_waits_for_no_answer(
    turns: RedisTurns,
) -> None:
    aside = turn(aside=True)
    assert not await turns.accept(aside)
    later = turn(ts="1732170009.000100")
    assert await turns.accept(later)
    piece = Piece(kind="answer", team=later.team, key=later.turn_id)
    taking_up = RedisTakingUp(turns, RedisTries(turns.redis))
    taken = await taking_up.take_up(piece, later.turn_id, later.thread_id, 2)
    assert taken.due == later.reply_id
    assert [past for past, _ in await turns.history(later)] == [aside]


async def test_the_later_of_two_edits_waits_for_the_message(turns: RedisTurns) -> None:
    late = turn("third", edited_at="3.0")
    await turns.expect(late)
    await turns.expect(turn("second", edited_at="2.0"))
    assert await turns.accept(turn("first"))
    assert await turns.get(late.team, late.turn_id) == late


async def test_the_newest_reply_to_an_earlier_revision_is_found_again(turns: RedisTurns) -> None:
    asked = turn()
    await turns.accept(asked)
    await turns.save_reply(asked, reply())
    again = [asked.model_copy(update={"revision": number}) for number in (1, 2)]
    for one in again:
        await turns.revise(one)
    assert (await turns.state(asked)).replaced is None
    assert (await turns.state(again[1])).replaced == reply()


async def test_what_is_withdrawn_meanwhile_is_never_kept_with_a_reply(
    turns: RedisTurns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for a moment, in which who saves it might be killed."""
    monkeypatch.delattr(ReplyRecords, "rewrite")
    said = [("Be brief.", ""), ("Mine.", "@U0SHY00001"), ("Hers.", "C1:1.5"), ("And?", "C1:1.7")]
    messages = tuple(Message(role="user", content=text) for text, _ in said)
    answer = reply().model_copy(
        update={"messages": messages, "sources": tuple(source for _, source in said)}
    )
    await turns.accept(turn())
    await turns.forgetting(TEAM, ["@U0SHY00001", "C1:1.5", "C1:1.7"])
    assert await turns.save_reply(turn(), answer)
    kept = await turns.reply(TEAM, answer.reply_id)
    assert kept is not None
    assert [message.content for message in kept.messages] == ["Be brief.", "And?"]


async def test_notes_live_as_long_as_the_reply_they_stand_beside(turns: RedisTurns) -> None:
    asked = turn()
    await turns.accept(asked)
    await turns.save_reply(asked, reply(), notes=["I cannot read a.bin."], first=True)
    await turns.save_reply(asked, reply())  # with less in it, since somebody was forgotten
    state = await turns.state(asked)
    assert (state.notes, state.first) == (("I cannot read a.bin.",), True)
    again = asked.model_copy(update={"revision": 1})
    await turns.revise(again)
    state = await turns.state(again)
    assert (state.notes, state.first) == ((), False)


async def test_of_a_call_and_a_reply_whichever_comes_second_finds_the_other(
    turns: RedisTurns,
) -> None:
    """However their steps mix, the reply is a turn or is found by the call."""
    for number in range(40):
        root = f"17321700{number:02}.000100"
        call = turn(ts=root, thread_ts=root)
        late = turn(ts=f"17321700{number:02}.000200", thread_ts=root)
        hearing, accepting = await asyncio.gather(turns.hear(late), turns.accept(call))
        assert accepting
        assert hearing is (await heard(turns, call) == ())
        await turns.caught_up(call, [late.ts])
        assert await heard(turns, call) == ()
        assert await turns.hear(late)


async def test_a_thread_is_read_from_its_end_some_turns_at_a_time(turns: RedisTurns) -> None:
    asked = [turn(ts=f"17321700{n:02}.000100") for n in range(45)]
    for each in asked:
        await turns.accept(each)
    last = turn(ts="1732170099.000100")
    read = [[past for past, _ in some] async for some in turns.recent(last)]
    assert [len(some) for some in read] == [20, 20, 5]
    assert [past for some in reversed(read) for past in some] == asked
    assert [past for past, _ in await turns.history(last)] == asked


async def test_expired_turns_of_a_person_are_dropped_when_they_ask_again(
    redis_url: str,
) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        kept = RedisTurns(redis, 86_400)
        old, voted, new = (
            turn(ts="1732170001.000100"),
            turn(ts="1732170002.000100"),
            turn(ts=f"{time.time():.6f}"),
        )
        for each in (old, voted):
            await RedisTurns(redis, 10**9).accept(each)  # their time was not over yet
        await redis.delete(f"apprentice:{{{old.team}}}:turn:{old.turn_id}")  # its time is over
        await kept.accept(new)
        assert await redis.zcard(f"apprentice:{{{old.team}}}:asked-by:{old.user}") == 2
        assert await kept.of_user(new.team, new.user) == sorted([voted.turn_id, new.turn_id])


async def test_an_edit_whose_message_came_meanwhile_is_told_so(turns: RedisTurns) -> None:
    edit = turn("new", edited_at="3.0")
    assert not await turns.expect(edit)
    assert await turns.accept(turn("old"))
    assert await turns.expect(edit)


async def test_one_that_cannot_be_written_fails_alone(turns: RedisTurns) -> None:
    texts = ("hello", "cut \ud83d", "innocent")
    asked = [turn(text, ts=f"{17321 + each}.000100") for each, text in enumerate(texts)]
    took = await asyncio.gather(*map(turns.accept, asked), return_exceptions=True)
    assert [each if each is True else isinstance(each, ValueError) for each in took] == [True] * 3
    assert isinstance(took[1], ValueError)
    assert await turns.get(asked[2].team, asked[2].turn_id) == asked[2]
