"""What an admin may decide about a run as it stands: the same in Slack and at the desk."""

from typing import Literal

from finetune import Run

Choice = Literal["promote", "hold", "decline", "cancel"]


def choices(run: Run) -> tuple[Choice, ...]:
    """In the order in which they are offered; the core checks again when one is made."""
    if run.waiting:
        return ("promote", "decline") if run.held else ("promote", "hold", "decline")
    decided = run.ended or run.promoting or run.cancelled_by is not None
    return () if decided else ("cancel",)


def outdated(run: Run, champion: str) -> bool:
    """Whether a run that waits was compared with another model than the one that answers now."""
    return bool(run.waiting and run.champion and champion) and champion != run.champion
