"""What somebody gave about a reply, as it is kept: less whom and what it is about, as its place says.

A plain vote is 60 bytes, so that a hash of a few stays one piece of memory. Older ones say it all.
"""

from pydantic import TypeAdapter
from pydantic_core import from_json

from bot.domain.feedback import Feedback
from bot.domain.voting import Act, gave

_ACTS = TypeAdapter(tuple[Act, ...])


def verdict_text(feedback: Feedback) -> str:
    """As it is kept."""
    return feedback.model_dump_json(exclude={"reply_id", "user"}, exclude_defaults=True)


def verdict_of(kept: str | bytes, reply_id: str, user: str) -> Feedback:
    """What was kept there. Raises ValueError where that is damaged."""
    said = {"reply_id": reply_id, "user": user}
    found = from_json(kept)
    return Feedback.model_validate(said | found if isinstance(found, dict) else found)


def acts_text(acts: tuple[Act, ...]) -> str:
    """As they are kept."""
    return _ACTS.dump_json(acts, exclude_defaults=True).decode()


def acts_of(kept: str | bytes | None, verdict: Feedback | None) -> tuple[Act, ...]:
    """All that a user did: where only the verdict is kept, that they gave it, and nothing else."""
    if kept is not None:
        return _ACTS.validate_json(kept)
    return () if verdict is None else (gave(verdict),)
