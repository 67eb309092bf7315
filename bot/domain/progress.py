"""How far a provider's job is, by its events: for the message in Slack and for the desk."""

import re

from finetune import Run

_STEP = re.compile(r"\bstep (\d+) ?(?:/|of) ?(\d+)", re.IGNORECASE)
_PLACE = re.compile(r"queue number:? (\d+)", re.IGNORECASE)


def queue_place(run: Run) -> int | None:
    """The newest place in the queue that an event names."""
    places = (_PLACE.search(event.message) for event in reversed(run.events))
    return next((int(place[1]) for place in places if place), None)


def steps_of(run: Run) -> tuple[int, int] | None:
    """(step, of how many) by the newest event that says both, in its data or in its words."""
    for event in reversed(run.events):
        step, total = event.data.get("step"), event.data.get("total_steps")
        if isinstance(step, int) and isinstance(total, int) and total > 0:
            return min(step, total), total
        if (words := _STEP.search(event.message)) and int(words[2]) > 0:
            return min(int(words[1]), int(words[2])), int(words[2])
    return None
