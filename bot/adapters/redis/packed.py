"""A reply as it is kept in a turn's hash: what the stores write and read."""

from bot.domain.conversation import Reply


def packed(reply: Reply) -> str:
    """What is written."""
    return reply.model_dump_json()


def unpacked(kept: str | bytes) -> Reply:
    """What was written, read again. Raises ValueError where that is damaged."""
    return Reply.model_validate_json(kept)
