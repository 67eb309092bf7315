"""How the bot's keys are named, and what the driver's answers are.

All keys of a workspace share the hash tag `{team}`, so that a cluster keeps them together.
"""

EVENT_MEMORY = 24 * 3600 * 2  # seconds; Slack gives up retrying long before


def key(team: str, *parts: str) -> str:
    """The key of one thing of a workspace."""
    return ":".join((f"apprentice:{{{team}}}", *parts))


def text(answer: object) -> str:
    """What Redis answered. The client decodes; the driver's types do not know it."""
    return answer.decode() if isinstance(answer, bytes) else str(answer)
