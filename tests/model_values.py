"""A team whose bot has learnt twice: answers of three models over ten weeks, with their votes."""

import time
from datetime import UTC, datetime
from typing import NamedTuple

from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns, RedisVerdicts
from bot.adapters.redis.standing import Tally, count
from bot.domain.conversation import Reply, Turn
from bot.domain.feedback import Feedback, Rating, correction_example
from bot.domain.standing import Votes, day_of
from finetune import (
    Decision,
    Example,
    Message,
    Run,
    RunState,
    Snapshots,
    Source,
    Status,
    Verdict,
    digest,
)
from finetune.adapters.redis import Keys, RedisRegistry, RedisRunStore
from finetune.bootstrap import Workspace
from tests.factories import ADMIN, ASKER, CURATOR, JAPANESE, TEAM, reply, turn

DAY = 86_400.0
BASE = "gpt-4.1-nano-2025-04-14"
FIRST, SECOND = f"ft:{BASE}:hoshi:bakery-2026-09:Bq1xY2z", f"ft:{BASE}:hoshi:bakery-2026-10:Cw7kL9m"
ASKED = "How do I refund a customer who paid with a gift card?"
SAID = (
    "Open the order in the till, choose *Refund*, and pick **Gift card** as the method.\n\n"
    "```\ntill refund --order 4711 --method gift-card\n```\n\nAbove ¥20,000 a manager has to confirm 🧾."
)
LESSONS = (
    (ASKED, "Open the order in the till, choose Refund, and pick Gift card.", CURATOR),
    (
        "ギフトカードで支払ったお客様に返金するには？",
        "レジで注文を開き、「返金」からギフトカードを選びます。",
        JAPANESE,
    ),
    ("How do I refund someone who paid in cash?", "Open the till and hand the money back.", ASKER),
    ("Which flour is in the rye bread?", "Type 1150. " + "Roggenvollkornsauerteig" * 8, CURATOR),
)


class Team(NamedTuple):
    """What was seeded."""

    own: Reply  # asked by the curator, without votes
    voted: Reply  # asked by somebody else, corrected
    private: Reply  # asked by somebody else, without votes
    example_id: str  # made of the correction
    second: Run


def example(question: str, answer: str, author: str, **changes: object) -> Example:
    values: dict[str, object] = {
        "example_id": f"lesson-{digest(question)[:8]}",
        "messages": (
            Message(role="user", content=question),
            Message(role="assistant", content=answer),
        ),
        "rejected": "I do not know.",
        "status": Status.APPROVED,
        "source": Source.CORRECTION,
        "thread": f"C0GENERAL1:{len(question)}.{len(answer)}",
        "authors": (author,),
        "approved_by": CURATOR,
        "created_at": 1.0,
        "updated_at": 1.0,
    }
    return Example.model_validate(values | changes)


async def seed(redis: Redis, here: Workspace, now: float | None = None) -> Team:
    """All of it; `now` in seconds since the epoch."""
    now = time.time() if now is None else now
    await _counts(redis, now)
    own = await _asked(redis, 1, CURATOR, now - 3 * 3600)
    voted = await _asked(redis, 2, ASKER, now - 2 * 3600)
    private = await _asked(redis, 3, JAPANESE, now - 3600)
    verdicts = RedisVerdicts(redis)
    for user, rating, words in (
        (ASKER, Rating.UP, None),
        (JAPANESE, Rating.DOWN, "レジで注文を開き、「返金」を押します。"),
    ):
        said = Feedback(
            reply_id=voted.reply_id,
            user=user,
            rating=rating,
            correction=words,
            given_by="modal",
            at=now - 1800,
        )
        await verdicts.put(TEAM, said)
    made = correction_example(voted.reply_id, JAPANESE)
    taught = [await here.dataset.submit(example(*lesson)) for lesson in LESSONS]
    made_of = {"example_id": made, "reply_id": voted.reply_id, "status": Status.PENDING}
    corrected = example(ASKED, "レジで注文を開き、「返金」を押します。", JAPANESE, **made_of)
    await here.dataset.submit(corrected)
    runs = await _runs(redis, here.snapshots, taught, now)
    return Team(own, voted, private, made, runs[1])


async def _asked(redis: Redis, number: int, user: str, at: float) -> Reply:
    ts = f"{at:.0f}.{number:06d}"
    asked = turn(ASKED, ts=ts, thread_ts=ts, user=user)
    turns = RedisTurns(redis, 30 * 86_400)
    await turns.accept(asked)
    kept = _reply(asked, at)
    await turns.save_reply(asked, kept)
    await turns.answered(asked, f"{at + 2:.0f}.{number:06d}")
    return kept


def _reply(asked: Turn, at: float) -> Reply:
    changes = {
        "reply_id": asked.reply_id,
        "thread_ts": asked.thread_ts,
        "asker": asked.user,
        "model": SECOND,
        "created_at": at,
    }
    return reply(SAID, ASKED).model_copy(update=changes)


async def _counts(redis: Redis, now: float) -> None:
    """Seventy days: the base gets 62 % 👍, the first model 74 %, the second 90 %."""
    async with redis.pipeline(transaction=False) as pipe:
        for back in range(70, 0, -1):
            model, up = (BASE, 62) if back > 42 else (FIRST, 74) if back > 16 else (SECOND, 90)
            day = day_of(now - back * DAY)
            weekend = datetime.fromisoformat(day).replace(tzinfo=UTC).weekday() > 4
            for number in range(4 if weekend else 14 + back * 7 % 9):
                draw = (number * 37 + back * 61) % 100
                voted = number % 3 == 0
                votes = Votes(
                    int(voted and draw < up),
                    int(voted and draw >= up),
                    int(voted and draw >= up + 5),
                )
                count(pipe, TEAM, Tally(), Tally(day, model, votes))
        await pipe.execute()


async def _runs(redis: Redis, snapshots: Snapshots, taught: list[Example], now: float) -> list[Run]:
    keys, found = Keys(TEAM), []
    store = RedisRunStore(redis, keys)
    steps = ((FIRST, taught[3:], 42.3, None), (SECOND, taught, 16.4, ADMIN))
    for number, (model, rows, back, by) in enumerate(steps):
        at = now - back * DAY
        snapshot = snapshots.take(rows, BASE)
        run = Run(
            run_id=f"run-26{number + 9:02}01-0{number}ab34cd",
            requested_by=ADMIN,
            created_at=at - 3600,
            updated_at=at,
            base_model=BASE,
            snapshot_id=snapshot.snapshot_id,
            examples=len(rows),
            corrections=len(rows),
        )
        planned = await store.plan(run, key=run.run_id, per_day=99)
        decision = Decision(
            verdict=Verdict.PROMOTE,
            reasons=("better on what was corrected",),
            numbers={"corrected_fixed": 9 - number, "corrected_broken": number},
        )
        done = {
            "state": RunState.PROMOTED,
            "candidate": model,
            "decision": decision,
            "decided_by": by,
        }
        found.append(await store.save(planned.model_copy(update=done)))
        registry = RedisRegistry(redis, keys, BASE, clock=lambda at=at: at)
        await registry.promote(model, run_id=run.run_id, by=by or ADMIN)
    return found
