"""What stands besides one user's verdict on a reply, read within the watch of whoever changes it."""

from typing import NamedTuple

from redis.asyncio.client import Pipeline

from bot.adapters.redis.given import verdict_of
from bot.adapters.redis.keys import key, text
from bot.adapters.redis.packed import unpacked
from bot.adapters.redis.standing import NONE, Tally, tally_field, tally_for, tally_of
from bot.domain.conversation import REVISED, Turn, turn_id_of
from bot.domain.feedback import Feedback
from bot.domain.standing import counted


class Around(NamedTuple):
    """`own`: the user's verdict on the reply. `others`: other users'; None for one that cannot be
    read. `elsewhere`: whether one stands on another reply to the same turn. `tally`: what the reply
    has added to the counts; `reply` is the same, also of a reply from before there were counts.
    """

    own: Feedback | None
    others: tuple[Feedback | None, ...]
    elsewhere: bool
    tally: Tally
    reply: Tally

    @property
    def kept(self) -> bool:
        """Whether the turn is kept for good without this user's verdict."""
        return self.elsewhere or bool(self.others)

    def voted(self, own: Feedback | None) -> Tally:
        """The tally when this is the user's verdict, or none."""
        given = [each for each in (*self.others, own) if each is not None]
        return self.reply._replace(votes=counted(given))


async def around(pipe: Pipeline, team: str, reply_id: str, user: str) -> Around:
    """Read it; changes nothing."""
    turn_id = turn_id_of(reply_id)
    turn = key(team, "turn", turn_id)
    said, known = await pipe.hmget(turn, ["turn", tally_field(reply_id)])
    revision = 0 if said is None else Turn.model_validate_json(said).revision
    asked = [f"{turn_id}{REVISED}{n}" if n else turn_id for n in range(revision + 1)]
    places = [key(team, "verdicts", each) for each in asked if each != reply_id]
    elsewhere = bool(places and await pipe.exists(*places))
    given = await pipe.hgetall(key(team, "verdicts", reply_id))
    verdicts = {text(who): _readable(kept, reply_id, text(who)) for who, kept in given.items()}
    own = verdicts.pop(user, None)
    tally = tally_of(known)
    reply = tally if tally.day else await _uncounted(pipe, turn, reply_id)
    return Around(own, tuple(verdicts.values()), elsewhere, tally, reply)


def _readable(kept: str | bytes, reply_id: str, user: str) -> Feedback | None:
    try:
        return verdict_of(kept, reply_id, user)
    except ValueError:
        return None


async def _uncounted(pipe: Pipeline, turn: str, reply_id: str) -> Tally:
    """Of a reply that was saved before replies were counted, or is not saved yet."""
    for kept in await pipe.hmget(turn, ["reply", f"reply {reply_id}"]):
        try:
            reply = None if kept is None else unpacked(kept)
        except ValueError:  # a damaged record is counted nowhere
            continue
        if reply is not None and reply.reply_id == reply_id:
            return tally_for(reply, NONE)
    return Tally()
