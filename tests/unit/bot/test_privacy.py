"""What is left of a turn that was deleted, and of a person who opted out: nothing of theirs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisPreferences, RedisTurns, RedisVerdicts
from bot.curation import derive
from bot.domain.conversation import Said, Turn
from bot.privacy import Privacy
from finetune import Dataset, Message, Settings, Snapshots, Status
from finetune.bootstrap import toolkit
from tests.factories import ASKER, CURATOR, TEAM, down, reply, turn, up

pytestmark = pytest.mark.anyio
DAY = 86_400


@dataclass
class Queue:
    """A `TaskQueue` that only remembers."""

    curated: list[tuple[str, str]] = field(default_factory=list)
    forgotten: list[tuple[str, float]] = field(default_factory=list)

    async def answer(self, turn: Turn) -> None: ...

    async def curate(self, team: str, reply_id: str, user: str) -> None:
        self.curated.append((reply_id, user))

    async def forget_person(self, team: str, user: str, until: float) -> None:
        self.forgotten.append((user, until))

    async def advance(self, team: str, run_id: str, *, at_once: bool = False) -> None: ...


class Killed(Exception):
    """Stands for kill -9."""


async def _killed(*_: object) -> None:
    raise Killed


@dataclass
class Place:
    """Where everything is kept."""

    redis: Redis
    turns: RedisTurns
    verdicts: RedisVerdicts
    preferences: RedisPreferences
    queue: Queue
    dataset: Dataset
    snapshots: Snapshots
    privacy: Privacy

    async def asked(self, by: str = ASKER) -> None:
        asked = turn(user=by)
        await self.turns.accept(asked)
        await self.turns.save_reply(asked, reply().model_copy(update={"asker": by}))
        await self.turns.answered(asked, "1732170002.000200")

    async def said(self, *verdicts: object) -> None:
        for verdict in verdicts:
            await self.verdicts.put(TEAM, verdict)  # type: ignore[arg-type]
        given = await self.verdicts.of_reply(TEAM, reply().reply_id)
        for example in derive(reply(), given, frozenset({CURATOR})).values():
            await self.dataset.submit(example)

    async def everything(self) -> str:
        """All that the database holds, as one text."""
        found = []
        async for name in self.redis.scan_iter():
            kind = await self.redis.type(name)
            read = {
                "string": self.redis.get,
                "hash": self.redis.hgetall,
                "set": self.redis.smembers,
                "zset": lambda key: self.redis.zrange(key, 0, -1),
            }[kind]
            found.append(f"{name}={await read(name)}")
        return "\n".join(found)


@pytest.fixture
async def place(redis_url: str, tmp_path: Path) -> AsyncIterator[Place]:
    settings = Settings.model_validate({"redis_url": redis_url, "data_dir": tmp_path})
    async with (
        toolkit(settings, redis_url) as kit,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        workspace = kit.workspace(TEAM)
        stores = RedisTurns(redis, DAY), RedisVerdicts(redis), RedisPreferences(redis)
        queue = Queue()
        privacy = Privacy(*stores, queue, kit.workspace)  # type: ignore[arg-type]
        yield Place(redis, *stores, queue, workspace.dataset, workspace.snapshots, privacy)


async def test_a_forgotten_turn_leaves_nothing_of_its_question(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."), up("U0OTHER"))
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    left = await place.everything()
    for trace in ("How many days", "20 days", "25 days", ASKER):
        assert trace not in left


async def test_a_forgotten_turn_takes_the_replies_to_its_earlier_wording_along(
    place: Place,
) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    await place.turns.revise(turn("How many hours?", revision=1))
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert await place.dataset.approved() == []
    assert "days" not in await place.everything()


async def test_a_correction_in_a_curators_words_is_forgotten_with_its_turn(place: Place) -> None:
    await place.asked()
    await place.said(down("U0OTHER", "25 dayz"))
    [waiting] = await place.dataset.pending()
    await place.dataset.edit(waiting.example_id, "25 days.", by=CURATOR)
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert set((await place.dataset.counts()).values()) == {0}


async def test_what_somebody_else_asked_too_stays_theirs(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    theirs = reply().model_copy(update={"reply_id": "C0GENERAL1:1732179999.000100"})
    again = down("U0OTHER", "25 days.", at=2.0).model_copy(update={"reply_id": theirs.reply_id})
    for example in derive(theirs, [again], frozenset({"U0OTHER"})).values():
        await place.dataset.submit(example)
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    [left] = await place.dataset.approved()
    assert (left.authors, left.reply_id) == (("U0OTHER",), theirs.reply_id)


async def test_a_snapshot_with_a_forgotten_turn_is_stale_and_unchanged(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    taken = place.snapshots.take(await place.dataset.approved(), "base")
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert place.snapshots.stale(taken.snapshot_id)
    assert place.snapshots.load(taken.snapshot_id) == taken


async def test_forgetting_twice_or_the_unknown_changes_nothing(place: Place) -> None:
    await place.asked()
    for _ in range(2):
        await place.privacy.forget_turn(TEAM, turn().turn_id)
    assert "How many" not in await place.everything()


async def test_opting_out_is_kept_and_its_removal_queued(place: Place) -> None:
    await place.privacy.opt_out(TEAM, ASKER)
    assert (await place.preferences.person(TEAM, ASKER)).opted_out
    assert [user for user, _ in place.queue.forgotten] == [ASKER]
    await place.privacy.opt_in(TEAM, ASKER)
    assert not (await place.preferences.person(TEAM, ASKER)).opted_out


async def test_choices_made_at_once_are_all_kept(place: Place) -> None:
    people = [f"U{number:06d}" for number in range(30)]
    wishes = [place.privacy.opt_out(TEAM, user) for user in people]
    wishes += [place.preferences.change_person(TEAM, user, news=False) for user in people]
    await asyncio.gather(*wishes)
    chosen = [await place.preferences.person(TEAM, user) for user in people]
    assert {(one.opted_out, one.news) for one in chosen} == {(True, False)}


async def test_a_wish_is_not_taken_for_granted_before_its_removal_is_queued(place: Place) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Queue, "forget_person", _killed)
        with pytest.raises(Killed):
            await place.privacy.opt_out(TEAM, ASKER)
    assert not (await place.preferences.person(TEAM, ASKER)).opted_out


async def test_a_person_is_forgotten_with_what_they_asked_and_corrected(place: Place) -> None:
    await place.asked()
    await place.said(down(ASKER, "26 days."), down(CURATOR, "25 days."))
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    left = await place.everything()
    assert ASKER not in left
    assert "days" not in left


async def test_a_correction_of_somebody_elses_reply_goes_and_the_reply_stays(
    place: Place,
) -> None:
    await place.asked(by=CURATOR)
    await place.said(down(ASKER, "26 days."), up("U0OTHER"))
    taken = place.snapshots.take(await place.dataset.pending(), "base")
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert await place.turns.reply(TEAM, reply().reply_id) is not None
    assert [e.authors for e in await place.dataset.pending()] == [("U0OTHER",)]
    left = await place.everything()
    assert "26 days" not in left
    assert ASKER not in left
    assert place.queue.curated == [(reply().reply_id, ASKER)]
    assert place.snapshots.stale(taken.snapshot_id)


async def test_a_vote_beside_others_is_unnamed_and_trusts_nobody_any_more(place: Place) -> None:
    await place.asked(by="U0ASKED")
    await place.said(up(CURATOR), up("U0OTHER"))
    assert await place.dataset.approved()
    await place.privacy.forget_person(TEAM, CURATOR, until=2e9)
    [waiting] = await place.dataset.pending()
    assert (waiting.authors, waiting.approved_by) == (("U0OTHER",), None)


async def test_what_came_after_the_wish_stays(place: Place) -> None:
    await place.asked()
    await place.said(down(ASKER, "26 days.", at=50.0))
    await place.privacy.forget_person(TEAM, ASKER, until=10.0)
    assert await place.turns.get(TEAM, turn().turn_id) is not None
    assert [e.status for e in await place.dataset.by_author(ASKER)] == [Status.PENDING]


async def test_a_removal_that_was_killed_halfway_is_finished_by_the_next(place: Place) -> None:
    await place.asked()
    await place.said(down(CURATOR, "25 days."))
    taken = place.snapshots.take(await place.dataset.approved(), "base")

    class Dying(RedisVerdicts):
        async def forget(self, team: str, reply_id: str) -> None:
            raise Killed

    first = Privacy(
        place.turns,
        Dying(place.redis),
        place.preferences,
        place.queue,
        place.privacy.workspace_of,
    )
    with pytest.raises(Killed):
        await first.forget_person(TEAM, ASKER, until=2e9)
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert "days" not in await place.everything()
    assert place.snapshots.stale(taken.snapshot_id)


async def test_what_was_taken_back_before_is_forgotten_too(place: Place) -> None:
    await place.asked(by=CURATOR)
    await place.said(down(ASKER, "26 days."))
    field = f"apprentice:{{{TEAM}}}:verdicts:{reply().reply_id}"
    await place.redis.hdel(field, ASKER)  # as taking it back leaves only what was done
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    left = await place.everything()
    assert "26 days" not in left
    assert ASKER not in left


async def test_later_questions_of_the_thread_are_kept_without_the_forgotten_one(
    place: Place,
) -> None:
    await place.asked()
    first = reply()
    asked = turn("And for Ben?", ts="1732170009.000100", user=CURATOR)
    shown = (*first.messages, Message(role="assistant", content=first.content))
    question = Message(role="user", content="And for Ben?")
    second = first.model_copy(
        update={
            "reply_id": asked.turn_id,
            "asker": CURATOR,
            "messages": (*shown, question),
            "content": "Ben has 30.",
        }
    )
    await place.turns.accept(asked)
    await place.turns.save_reply(asked, second)
    liked = up(CURATOR).model_copy(update={"reply_id": second.reply_id})
    for example in derive(second, [liked], frozenset({CURATOR})).values():
        await place.dataset.submit(example)
    taken = place.snapshots.take(await place.dataset.approved(), "base")
    await place.privacy.forget_turn(TEAM, turn().turn_id)
    kept = await place.turns.reply(TEAM, second.reply_id)
    assert kept is not None
    assert [m.content for m in kept.messages] == ["Be brief.", "And for Ben?"]
    assert "How many days" not in await place.everything()
    assert place.queue.curated == [(second.reply_id, ASKER)]
    assert place.snapshots.stale(taken.snapshot_id)


async def test_what_a_person_said_before_the_bot_was_called_is_forgotten(place: Place) -> None:
    asked = turn(user=CURATOR)
    mine = Said(ts="1.0", user=ASKER, text="Between us: days.")
    theirs = Said(ts="2.0", user="U0OTHER", text="I see.")
    await place.turns.accept(asked)
    await place.turns.save_earlier(asked, [mine, theirs])
    await place.privacy.forget_person(TEAM, ASKER, until=2e9)
    assert await place.turns.earlier(asked) == [theirs]
