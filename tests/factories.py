"""Values for tests, with defaults that make sense together."""

from bot.domain.conversation import Reply, Turn, Usage
from bot.domain.feedback import Feedback, Rating
from finetune import Message

TEAM = "T0DEMO0001"
CHANNEL = "C0GENERAL1"
ASKER, CURATOR, ADMIN = "U0ASKER001", "U0CURATOR1", "U0ADMIN001"
JAPANESE, GUEST = "U0HARUKA01", "U0GUEST001"
MANAGERS = "C0MANAGERS"  # a private channel of the curator and the admin


def turn(text: str = "How many days of leave?", **changes: object) -> Turn:
    values: dict[str, object] = {
        "team": TEAM,
        "channel": CHANNEL,
        "ts": "1732170000.000100",
        "thread_ts": "1732170000.000100",
        "user": ASKER,
        "text": text,
    }
    return Turn.model_validate(values | changes)


def reply(content: str = "20 days.", question: str = "How many days of leave?") -> Reply:
    asked = turn(question)
    return Reply(
        reply_id=asked.turn_id,
        team=asked.team,
        channel=asked.channel,
        thread_ts=asked.thread_ts,
        asker=asked.user,
        messages=(
            Message(role="system", content="Be brief."),
            Message(role="user", content=question),
        ),
        content=content,
        model="handbook-base",
        usage=Usage(),
        finish_reason="stop",
        latency=0.5,
        created_at=1732170001.0,
    )


def up(user: str = ASKER, at: float = 1.0) -> Feedback:
    return Feedback(
        reply_id=reply().reply_id, user=user, rating=Rating.UP, given_by="button", at=at
    )


def down(user: str = ASKER, correction: str | None = None, at: float = 1.0) -> Feedback:
    return Feedback(
        reply_id=reply().reply_id,
        user=user,
        rating=Rating.DOWN,
        correction=correction,
        given_by="modal" if correction else "button",
        at=at,
    )
