"""Verdicts on replies. Made by the Slack listeners, kept by the stores, read by `curation.py`."""

from enum import StrEnum
from typing import Literal

from finetune import Frozen


class Rating(StrEnum):
    """A vote on a reply."""

    UP = "up"
    DOWN = "down"


class Feedback(Frozen):
    """One user's verdict on one reply; a later one by the same user takes its place.

    `given_by` says which surface the vote came from. `at` is in seconds since the epoch. `origin`
    names the mark in Slack that carries it and can be taken away there: a reaction, a message.
    """

    reply_id: str
    user: str
    rating: Rating
    correction: str | None = None
    reason: str | None = None
    note: str | None = None
    given_by: Literal["button", "modal", "reaction", "thread"]
    at: float
    origin: str = ""


def thumbs_example(reply_id: str) -> str:
    """The id of the one example that all 👍 on a reply make."""
    return f"reply-{reply_id}"


def correction_example(reply_id: str, user: str) -> str:
    """The id of the example that one user's correction makes; a later one takes its place."""
    return f"reply-{reply_id}-{user}"
