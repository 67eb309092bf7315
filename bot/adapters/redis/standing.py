"""Counts per model and day, changed in the transactions that save replies and verdicts.

Each turn keeps, beside its replies, what each of them has added to the counts (its tally). A change
adds the difference between the tally before and after: done twice it adds nothing, and what is
forgotten is taken out again. A turn that expires takes its tally along, and the counts stay.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.adapters.redis.keys import key, text
from bot.domain.conversation import Reply
from bot.domain.standing import Daily, Votes, day_of

NONE = Votes()
PREFIX = "tally "  # of fields of a turn's hash; the rest is the reply's id
KINDS = ("answers", "up", "down", "corrections")


class Tally(NamedTuple):
    """What one reply has added. Without a day the reply is not saved yet, and nothing is counted."""

    day: str = ""
    model: str = ""
    votes: Votes = NONE

    def json(self) -> str:
        """As it is kept."""
        return json.dumps(
            [self.day, self.model, *self.votes], ensure_ascii=False, separators=(",", ":")
        )

    @property
    def counts(self) -> Sequence[int]:
        """In the order of KINDS."""
        return (1, *self.votes) if self.day else (0, 0, 0, 0)


def tally_field(reply_id: str) -> str:
    """Where a turn keeps the tally of one of its replies."""
    return PREFIX + reply_id


def tally_of(kept: object) -> Tally:
    """What was kept; the empty one for None."""
    if kept is None:
        return Tally()
    day, model, *votes = json.loads(text(kept))
    return Tally(day, model, Votes(*votes))


def tally_for(reply: Reply, votes: Votes) -> Tally:
    """What this reply shall have added."""
    return Tally(day_of(reply.created_at), reply.model, votes)


def count(pipe: Pipeline, team: str, before: Tally, after: Tally) -> None:
    """Within the caller's transaction: from what was added to what shall be."""
    changes: defaultdict[tuple[str, str], int] = defaultdict(int)
    for tally, sign in ((before, -1), (after, 1)):
        for kind, number in zip(KINDS, tally.counts, strict=True):
            changes[tally.day, f"{tally.day[8:]} {kind} {tally.model}"] += sign * number
    for (day, field), change in changes.items():
        if change:
            pipe.hincrby(_month(team, day), field, change)


def keep(pipe: Pipeline, team: str, place: str, reply_id: str, before: Tally, after: Tally) -> None:
    """`count`, and the new tally into the turn at `place`, which is known to be there."""
    if before != after:
        count(pipe, team, before, after)
        pipe.hset(place, tally_field(reply_id), after.json())


def take_out(pipe: Pipeline, team: str, turn: Mapping[str, str]) -> None:
    """All that the replies of a turn have added; `turn` is its hash, which goes now."""
    for name, kept in turn.items():
        if name.startswith(PREFIX):
            count(pipe, team, tally_of(kept), Tally())


def _month(team: str, day: str) -> str:
    """One hash for a month: few fields for each day and model."""
    return key(team, "standing", day[:7])


@dataclass(frozen=True)
class RedisStanding:
    """`Standing`."""

    redis: Redis

    async def daily(self, team: str, since: date) -> list[Daily]:
        months = _months(since, datetime.now(UTC).date())
        async with self.redis.pipeline(transaction=False) as pipe:
            for month in months:
                pipe.hgetall(_month(team, month))
            found = await pipe.execute()
        numbers: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for month, fields in zip(months, found, strict=True):
            for field, number in fields.items():
                day, kind, model = text(field).split(" ", 2)
                numbers[f"{month}-{day}", model][kind] = int(number)
        rows = [
            Daily.model_validate({"day": day, "model": model, **counts})
            for (day, model), counts in sorted(numbers.items())
            if any(counts.values())
        ]
        return [row for row in rows if row.day >= since]


def _months(since: date, until: date) -> list[str]:
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
