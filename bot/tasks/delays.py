"""How long each kind of task may wait for its time: longer, and a clock was set back meanwhile."""

from collections.abc import Mapping

from bot.tasks.docketing import LATE
from bot.tasks.queue import SECOND_LOOK
from bot.tasks.registering import SWEEP, WATCH

# Due by the calendar or after days: no wait is too long for these.
BY_THE_CALENDAR = frozenset({"remove_workspace", "scheduled"})
_AGAIN = (
    "answer",
    "correct",
    "cover",
    "curate",
    "plan_run",
    "reveal",
    "tell_news",
    "_safeguard_wake",  # docket's own, for turns that wait for others of their thread
)


def longest_waits(poll: float) -> Mapping[str, float]:
    """In seconds, by kind; `poll` is the pause between two looks at a running job."""
    late = LATE.total_seconds()
    return {
        **dict.fromkeys(_AGAIN, late),
        "advance": max(late, poll),
        "forget_person": max(late, SECOND_LOOK.total_seconds()),
        "sweep": max(late, SWEEP.total_seconds()),
        "watch": WATCH.total_seconds(),
    }
