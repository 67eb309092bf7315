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

    `given_by` says which surface the vote came from: taking a reaction back withdraws only a vote
    that was given by reaction. `at` is in seconds since the epoch.
    """

    reply_id: str
    user: str
    rating: Rating
    correction: str | None = None
    reason: str | None = None
    note: str | None = None
    given_by: Literal["button", "modal", "reaction"]
    at: float
