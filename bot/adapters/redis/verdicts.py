"""Votes and corrections in Redis, and which of Slack's deliveries were taken over already."""

import json
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import WatchError

from bot.adapters.redis.around import around
from bot.adapters.redis.given import acts_of, acts_text, verdict_of, verdict_text
from bot.adapters.redis.keys import EVENT_MEMORY, key, text
from bot.adapters.redis.standing import NONE, keep, tally_field, tally_of
from bot.domain.conversation import turn_id_of
from bot.domain.correcting import ShownCorrection
from bot.domain.feedback import Feedback
from bot.domain.voting import Act, gave, verdict

MOST_ACTS = 200  # of one user about one reply; beyond, the oldest are forgotten
RETENTION = 30 * 24 * 3600
POINTED = 365 * 24 * 3600  # seconds that a correcting message may be edited or deleted


@dataclass(frozen=True)
class RedisVerdicts:
    """`Verdicts`: two hashes per reply, one field per user: what they did, and what counts of it.

    Whoever did nothing but give the verdict that counts stands in the second alone. The counts per
    model are changed in the same transactions.
    """

    redis: Redis
    retention: int = RETENTION  # seconds that a turn is kept of which nobody says anything

    async def put(self, team: str, feedback: Feedback) -> None:
        await self.record(team, gave(feedback))

    async def record(self, team: str, act: Act) -> Feedback | None:
        turn = key(team, "turn", turn_id_of(act.reply_id))
        verdicts, done = key(team, "verdicts", act.reply_id), key(team, "acts", act.reply_id)
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(turn, verdicts, done)
                    if not await pipe.exists(turn):
                        return None
                    there = await around(pipe, team, act.reply_id, act.user)
                    known = acts_of(await pipe.hget(done, act.user), there.own)
                    acts = _with(act, known)
                    counts = verdict(acts)
                    pipe.multi()  # type: ignore[no-untyped-call]
                    keep(pipe, team, turn, act.reply_id, there.tally, there.voted(counts))
                    if acts == acts_of(None, counts):
                        pipe.hdel(done, act.user)
                    else:
                        pipe.hset(done, act.user, acts_text(acts))
                    if counts is not None:
                        pipe.hset(verdicts, act.user, verdict_text(counts))
                    else:
                        pipe.hdel(verdicts, act.user)
                    if counts is None and not there.kept:
                        pipe.expire(turn, self.retention)
                        pipe.expire(done, self.retention)
                    else:
                        pipe.persist(turn)
                        pipe.persist(done)
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return counts

    async def point(self, team: str, origin: str, reply_id: str) -> str:
        place = key(team, "corrects", origin)
        await self.redis.set(place, reply_id, nx=True, ex=POINTED)
        return text(await self.redis.get(place) or reply_id)

    async def pointed(self, team: str, origin: str) -> str | None:
        found = await self.redis.get(key(team, "corrects", origin))
        return None if found is None else text(found)

    async def shown(self, team: str, reply_id: str) -> ShownCorrection:
        turn = key(team, "turn", turn_id_of(reply_id))
        found = await self.redis.hget(turn, f"shown {reply_id}")
        return ShownCorrection() if found is None else ShownCorrection.model_validate_json(found)

    async def note_shown(self, team: str, reply_id: str, shown: ShownCorrection) -> None:
        turn = key(team, "turn", turn_id_of(reply_id))
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(turn)
                    if not await pipe.exists(turn):
                        return
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.hset(turn, f"shown {reply_id}", shown.model_dump_json())
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return

    async def copied(self, team: str, reply_id: str, turn_id: str) -> None:
        await self.redis.sadd(key(team, "copies", reply_id), turn_id)

    async def copies(self, team: str, reply_id: str) -> list[str]:
        return sorted(map(text, await self.redis.smembers(key(team, "copies", reply_id))))

    async def forget(self, team: str, reply_id: str) -> None:
        turn = key(team, "turn", turn_id_of(reply_id))
        places = [key(team, kind, reply_id) for kind in ("verdicts", "acts", "copies")]
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(turn)
                    known = await pipe.hget(turn, tally_field(reply_id))
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.delete(*places)
                    if known is not None:
                        before = tally_of(known)
                        keep(pipe, team, turn, reply_id, before, before._replace(votes=NONE))
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return

    async def of_user(self, team: str, user: str) -> dict[str, float]:
        said: dict[str, float] = {}
        for kind in ("verdicts", "acts"):
            start = key(team, kind, "")
            async for place in self.redis.scan_iter(match=f"{start}*", count=1000):
                found = await self.redis.hget(text(place), user)
                if found is not None:
                    reply_id, at = text(place).removeprefix(start), _last(found)
                    said[reply_id] = max(at, said.get(reply_id, 0.0))
        return said

    async def silence(self, team: str, reply_id: str, user: str) -> None:
        await self._remove(team, reply_id, user, "verdicts")

    async def erase(self, team: str, reply_id: str, user: str) -> None:
        await self._remove(team, reply_id, user, "verdicts", "acts")

    async def _remove(self, team: str, reply_id: str, user: str, *kinds: str) -> None:
        """A turn that nobody speaks about any more is kept no longer than others."""
        turn = key(team, "turn", turn_id_of(reply_id))
        verdicts, done = key(team, "verdicts", reply_id), key(team, "acts", reply_id)
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(turn, verdicts, done)
                    spoke = await pipe.hexists(verdicts, user)
                    exists = await pipe.exists(turn)
                    there = await around(pipe, team, reply_id, user)
                    pipe.multi()  # type: ignore[no-untyped-call]
                    if exists:
                        keep(pipe, team, turn, reply_id, there.tally, there.voted(None))
                    if there.own is not None:  # of which perhaps nothing else tells
                        pipe.hsetnx(done, user, acts_text(acts_of(None, there.own)))
                    for kind in kinds:
                        pipe.hdel(key(team, kind, reply_id), user)
                    if spoke and not there.kept:
                        pipe.expire(turn, self.retention)
                        pipe.expire(done, self.retention)
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return

    async def of(self, team: str, reply_id: str, user: str) -> Feedback | None:
        found = await self.redis.hget(key(team, "verdicts", reply_id), user)
        return None if found is None else verdict_of(found, reply_id, user)

    async def acted(self, team: str, reply_id: str, user: str) -> bool:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hexists(key(team, "acts", reply_id), user)
            pipe.hexists(key(team, "verdicts", reply_id), user)
            return any(await pipe.execute())

    async def of_reply(self, team: str, reply_id: str) -> list[Feedback]:
        found = await self.redis.hgetall(key(team, "verdicts", reply_id))
        return [verdict_of(given, reply_id, text(user)) for user, given in found.items()]


def _with(act: Act, before: tuple[Act, ...]) -> tuple[Act, ...]:
    """What was done before, and this; the same again changes nothing."""
    return before if act in before else (*before, act)[-MOST_ACTS:]


def _last(found: str | bytes) -> float:
    """When a verdict was given, or the last of several acts done."""
    known = json.loads(found)
    return max(float(act["at"]) for act in (known if isinstance(known, list) else [known]))


@dataclass(frozen=True)
class RedisDeliveries:
    """Which of Slack's deliveries have been taken over already, for two days."""

    redis: Redis

    async def seen(self, team: str, event_id: str) -> bool:
        return bool(await self.redis.exists(key(team, "event", event_id)))

    async def remember(self, team: str, event_id: str) -> None:
        await self.redis.set(key(team, "event", event_id), "1", ex=EVENT_MEMORY)
