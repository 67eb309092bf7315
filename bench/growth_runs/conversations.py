"""Questions, answers and votes for benches, through the stores as the bot writes them.

The n-th is always the same. What is said are sentences of this repository's documentation, in an
order of chance: prose, as people and models write it, and no two answers alike.
"""

import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns, RedisVerdicts
from bot.domain.conversation import Reply, Turn, Usage
from bot.domain.feedback import Feedback, Rating
from finetune import Message

TEAM = "T0GROWTH01"
DOCS = Path(__file__).resolve().parents[2] / "docs"
RETENTION = 30 * 86_400
BEGIN = 1_763_700_000  # seconds since the epoch
EACH = 100  # questions of one person
VOTER = "U1VOTED{:06}"


class Shape(NamedTuple):
    """Characters of what is said, and how many turns the thread had before."""

    question: int
    answer: int
    system: int
    before: int


SHORT, USUAL = Shape(60, 120, 200, 0), Shape(300, 800, 200, 2)


class Said(NamedTuple):
    """One turn with what was answered and what was said about that; `posted`: where it stands."""

    turn: Turn
    reply: Reply
    vote: Feedback
    posted: str

    @property
    def json(self) -> int:
        """Bytes of the reply with its context, and of the feedback, as JSON."""
        return len((self.reply.model_dump_json() + self.vote.model_dump_json()).encode())


@cache
def _sentences() -> list[str]:
    pages = [page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md"))]
    prose = [line for line in "\n".join(pages).splitlines() if re.match(r"[A-Z][a-z ]", line)]
    return [each for line in prose for each in re.split(r"(?<=[.:?]) ", line) if len(each) > 20]


def text(chosen: random.Random, length: int) -> str:
    """That many characters."""
    said = ""
    while len(said) < length:
        said += " ".join(chosen.choices(_sentences(), k=length // 50 + 1)) + " "
    return said[:length].strip() or "?"


@cache
def _system(length: int) -> str:
    return "You are the assistant of a company. " + text(random.Random(0), length - 36)


def ids(n: int) -> dict[str, str]:
    """What is of the n-th alone: by what is found in all that is kept of it."""
    return {
        "ts": f"{BEGIN + n // 10}.{n % 10}00100",
        "posted": f"{BEGIN + n // 10}.{n % 10}00200",
        "user": f"U0ASKED{n // EACH:06}",
        "voter": VOTER.format(n // EACH),
        "event": f"Ev{n:012}",
    }


def said(n: int, shape: Shape, thread: int | None = None) -> Said:
    """The n-th; in the thread that the `thread`-th began, or alone with as long a context."""
    chosen, own = random.Random(n), ids(n)
    begun = ids(n if thread is None else thread)["ts"]
    turn = Turn(
        team=TEAM,
        channel="C0GENERAL1",
        ts=own["ts"],
        thread_ts=begun,
        user=own["user"],
        text=text(chosen, shape.question),
    )
    messages, sources = [Message(role="system", content=_system(shape.system))], [""]
    for back in range(shape.before, 0, -1):
        past = random.Random(n - back) if thread is not None else chosen
        messages.append(Message(role="user", content=text(past, shape.question)))
        messages.append(Message(role="assistant", content=text(past, shape.answer)))
        sources += [f"{turn.channel}:{ids(max(n - back, 0))['ts']}"] * 2
    reply = Reply(
        reply_id=turn.reply_id,
        team=TEAM,
        channel=turn.channel,
        thread_ts=begun,
        asker=turn.user,
        messages=(*messages, Message(role="user", content=turn.text)),
        content=text(chosen, shape.answer),
        model="gpt-4.1-mini-2025-04-14",
        usage=Usage(prompt_tokens=chosen.randrange(2000), completion_tokens=chosen.randrange(500)),
        finish_reason="stop",
        latency=chosen.random() * 5,
        created_at=float(own["ts"]),
        sources=(*sources, turn.turn_id),
    )
    vote = Feedback(
        reply_id=reply.reply_id,
        user=own["voter"],
        rating=Rating.UP,
        given_by="button",
        at=float(own["ts"]) + chosen.random() * 1000,
    )
    return Said(turn, reply, vote, own["posted"])


async def keep(redis: Redis, n: int, given: Said) -> None:
    """All that the bot keeps of it, step by step."""
    turns = RedisTurns(redis, RETENTION)
    await turns.accept(given.turn, ids(n)["event"])
    await turns.start(given.turn)
    await turns.posted(given.turn, given.posted)
    await turns.save_reply(given.turn, given.reply, notes=(), first=given.turn.opens_thread)
    await turns.answered(given.turn, given.posted)
    await RedisVerdicts(redis).put(TEAM, given.vote)
