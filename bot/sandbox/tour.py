"""The guided tour: a JSON file with a list of steps, shown beside the conversation by `static/tour.js`.

A step is an object:

    id       a short name, unique in the file
    title    one line
    text     a sentence or two; `code` between backticks
    user     who should act: U0ASKER001, U0CURATOR1 or U0ADMIN001
    channel  where: C0HANDBOOK, …
    hint     {"type": "text for the composer"}  offered with a button that fills the composer, in the thread
                 with {"type": …, "in_thread": true};
             or {"press": "what to press, in words"}; before a 👎 the thread of the newest reply is opened
    done     when the page ticks the step off; exactly one of
               {"message_from": "bot" | "<user id>"}    a message of theirs, finished (not streaming)
               {"message_matches": "<regex>"}           any message's text
               {"feedback": "down" | "<value>"}         this person's pressed feedback button
               {"view_open": "<callback_id>"}           a modal is open
               {"view_submitted": "<callback_id>"}      a modal was submitted and closed
               {"command": "/name"}                     a slash command was sent
               {"reaction": "name"}                     a reaction of this person
               {"pressed": "<action_id>"}               a button was pressed

A condition only counts what happened after the step before was done, so that a tour can be played again.
"""

import json
import re
from pathlib import Path

from bot.sandbox.config import Json
from bot.sandbox.errors import TourError
from bot.sandbox.workspace import CHANNELS, PEOPLE, direct_channel

CONDITIONS = frozenset(
    {
        "message_from",
        "message_matches",
        "feedback",
        "view_open",
        "view_submitted",
        "command",
        "reaction",
        "pressed",
    }
)


def read_tour(path: Path) -> tuple[Json, ...]:
    """The steps of the file. Raises TourError naming the first step that cannot be played."""
    try:
        steps = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TourError(f"{path}: {error}") from error
    if not isinstance(steps, list) or not steps:
        raise TourError(f"{path}: a tour is a list of at least one step")
    for number, step in enumerate(steps, start=1):
        problem = _problem(step)
        if problem:
            raise TourError(f"{path}, step {number}: {problem}")
    return tuple(steps)


def _problem(step: object) -> str | None:
    if not isinstance(step, dict):
        return "must be an object"
    for name in ("id", "title", "text", "user", "channel"):
        if not isinstance(step.get(name), str):
            return f"needs a text {name!r}"
    if step["user"] not in {person.user_id for person in PEOPLE}:
        return f"user {step['user']!r} is nobody in this workspace"
    channels = (*CHANNELS, direct_channel(step["user"]))
    if step["channel"] not in channels:
        return f"there is no channel {step['channel']!r}; there are {', '.join(channels)}"
    return _done_problem(step.get("done"))


def _done_problem(done: object) -> str | None:
    if not isinstance(done, dict) or len(done) != 1 or not set(done) <= CONDITIONS:
        return f"'done' must hold exactly one of {', '.join(sorted(CONDITIONS))}"
    try:
        re.compile(done.get("message_matches", ""))
    except re.error as error:
        return f"'message_matches' is no regular expression: {error}"
    return None
