"""How far a provider's job is, by its events: for the message in Slack and for the desk."""

import re
from collections.abc import Sequence

from finetune import JobEvent, Run

# Under which names providers and trainers report; the first that an event has counts.
TRAIN = ("train_loss", "training_loss", "loss")
HELD_OUT = ("full_valid_loss", "valid_loss", "validation_loss", "eval_loss")
TRAIN_RIGHT = ("train_mean_token_accuracy", "train_accuracy", "mean_token_accuracy")
HELD_OUT_RIGHT = (
    "full_valid_mean_token_accuracy",
    "valid_mean_token_accuracy",
    "valid_accuracy",
)
Points = tuple[list[float], list[float]]

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


def points(events: Sequence[JobEvent], names: Sequence[str]) -> Points:
    """(steps, values) of the first of these names that an event has; counted where no step is."""
    steps: list[float] = []
    values: list[float] = []
    for event in events:
        value = next((event.data[n] for n in names if event.data.get(n) is not None), None)
        if isinstance(value, int | float):
            step = event.data.get("step")
            steps.append(step if isinstance(step, int | float) else len(steps) + 1)
            values.append(value)
    return steps, values
