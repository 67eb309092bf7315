"""What a model was shown with a question, found again when somebody withdraws part of it.

Who forgets marks the sources first and reads the replies then; who saves a reply writes it only
while no mark is there, in one step: either the mark was first, or the reply is found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import structlog
from pydantic import TypeAdapter
from redis.asyncio.client import Pipeline

from bot.adapters.redis.guarded import Marked, change_after
from bot.adapters.redis.keys import EVENT_MEMORY, key, text
from bot.adapters.redis.packed import packed, unpacked
from bot.adapters.redis.standing import keep, tally_field, tally_for, tally_of
from bot.adapters.redis.turn_records import TurnRecords
from bot.domain.conversation import Reply, Turn

log = structlog.get_logger(__name__)
WHILE_ANSWERING = 900  # seconds; who wants to be kept again is, after so long
_AT_ONCE = 200  # turns read together
NOTES = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True)
class ReplyRecords(TurnRecords):
    """Replies to all revisions of a turn: `reply` the last one, `reply <id>` those before."""

    async def forgetting(self, team: str, sources: Iterable[str]) -> None:
        for source in sources:
            memory = WHILE_ANSWERING if source.startswith("@") else EVENT_MEMORY
            await self.redis.set(self._mark(team, source), "1", ex=memory)

    async def save_reply(
        self, turn: Turn, reply: Reply, *, notes: Sequence[str] | None = None, first: bool = False
    ) -> bool:
        marks = self._shown_with(turn, reply)
        while True:
            try:
                return await self._save(turn, reply, notes, first=first, marks=list(marks.values()))
            except Marked as found:
                gone = {source for source, mark in marks.items() if mark in found.marks}
                marks = {source: mark for source, mark in marks.items() if source not in gone}
                reply = reply.without(gone)

    async def _save(
        self,
        turn: Turn,
        reply: Reply,
        notes: Sequence[str] | None,
        *,
        first: bool,
        marks: Sequence[str],
    ) -> bool:
        """Raises Marked; see `ReplyRecords`."""
        place, kept = self._turn(turn), packed(reply)

        def write(pipe: Pipeline, known: object) -> None:
            before = tally_of(known)
            after = tally_for(reply, before.votes)
            keep(pipe, turn.team, place, reply.reply_id, before, after)
            pipe.hset(place, "reply", kept)
            if notes is not None and not notes:
                pipe.hdel(place, "notes")
            elif notes:
                pipe.hset(place, "notes", NOTES.dump_json(tuple(notes)).decode())
            if first:
                pipe.hset(place, "first", "1")

        field = tally_field(reply.reply_id)
        saved = await change_after(self.redis, place, field, write, turn.revision, marks=marks)
        return saved is not None

    async def replies(self, team: str, thread: str | None = None) -> list[tuple[Turn, Reply]]:
        if thread is not None:
            ids = await self.redis.zrange(key(team, "thread", thread), 0, -1)
            return await self._read([key(team, "turn", text(turn_id)) for turn_id in ids])
        scan = self.redis.scan_iter(match=f"{key(team, 'turn', '')}*", count=1000)
        return await self._read([text(place) async for place in scan])

    async def rewrite(self, turn: Turn, reply: Reply) -> None:
        place = self._turn(turn)
        standing = await self.redis.hget(place, "reply")
        last = standing is not None and unpacked(standing).reply_id
        if last == reply.reply_id:
            kept = packed(reply)
            await self._write(
                turn, lambda pipe: pipe.hset(place, "reply", kept), revision=turn.revision
            )
        if await self.redis.hexists(place, f"reply {reply.reply_id}"):
            past = f"reply {reply.reply_id}"
            await self._write(turn, lambda pipe: pipe.hset(place, past, packed(reply)))

    def _shown_with(self, turn: Turn, reply: Reply) -> dict[str, str]:
        """Of each source of a reply, apart from its question, the mark that it is withdrawn."""
        sources = sorted(set(reply.sources) - {"", turn.turn_id})
        return {source: self._mark(turn.team, source) for source in sources}

    def _mark(self, team: str, source: str) -> str:
        """Of a turn the mark that it is gone; of a person one that does not name them."""
        named = not source.startswith("@")
        return self._gone(team, source if named else sha256(source.encode()).hexdigest())

    async def _read(self, places: Sequence[str]) -> list[tuple[Turn, Reply]]:
        found = []
        for start in range(0, len(places), _AT_ONCE):
            async with self.redis.pipeline(transaction=False) as pipe:
                for place in places[start : start + _AT_ONCE]:
                    pipe.hgetall(place)
                rows = await pipe.execute()
            for row in filter(None, rows):
                try:
                    found += _replies(row)
                except ValueError:  # one damaged record must not keep the others from being found
                    log.exception("turn_unreadable")
        return found


def _replies(row: Mapping[str, str]) -> list[tuple[Turn, Reply]]:
    turn = Turn.model_validate_json(row["turn"]) if "turn" in row else None
    kept = {v for name, v in row.items() if name == "reply" or name[:6] == "reply "}
    return [(turn, unpacked(each)) for each in kept if turn]
