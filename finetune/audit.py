"""Who decided what, and when: the log of a workspace that the desk and `finetune audit` show.

An entry is written in the same transaction as its effect (`adapters/redis/audit.py`), so that there
is never one without the other. What people said is not in it, only ids; and what is erased for
privacy leaves the log too, by the ids and the authors that an entry names.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field


class Action(StrEnum):
    """What somebody did. `about` is an example's id in the first four, a run's from RUN_PLANNED on."""

    APPROVED = "approved"
    REJECTED = "rejected"
    EDITED = "edited"
    REOPENED = "reopened"  # a ruling taken back
    IMPORTED = "imported"  # `about`: names the rows; detail: rows
    EXPORTED = "exported"  # detail: format, rows
    DOWNLOADED = "downloaded"  # `about`: a snapshot's id
    RUN_PLANNED = "run_planned"
    RUN_PROMOTED = "run_promoted"  # somebody's yes; WENT_LIVE follows when it is carried out
    RUN_HELD = "run_held"
    RUN_DECLINED = "run_declined"
    RUN_CANCELLED = "run_cancelled"
    WENT_LIVE = "went_live"  # detail: model
    ROLLED_BACK = "rolled_back"  # `about`: the run that is left; detail: model, left


class Entry(BaseModel):
    """One thing that was done. `at` in seconds since the epoch; `by` is empty for the schedule.

    `also` are other ids by which it is found (of votes and replies behind the example), `authors`
    whose words it is about, and `given` when those were: for finding and for erasing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    at: float
    by: str
    action: str
    about: str = ""
    detail: Mapping[str, str | int] = Field(default_factory=dict)
    also: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    given: float = 0.0


class Recorded(Entry):
    """An entry in the log. `entry_id` orders them; give the last one's as `before` to page on."""

    entry_id: str


class AuditLog(Protocol):
    """The log of one workspace."""

    async def entries(
        self, before: str = "", limit: int = 50, by: str = "", action: str = "", about: str = ""
    ) -> Sequence[Recorded]:
        """Newest first, at most `limit`; those older than the entry `before`, if it is given."""
        ...

    async def record(self, entry: Entry, once: str = "") -> None:
        """Add what has no effect of its own in the database, as an export.

        `once`: the same word again adds nothing.
        """
        ...

    async def people(self) -> Sequence[str]:
        """Everybody who has ever done anything, in order of their ids."""
        ...

    async def erase(
        self, ids: Collection[str], authors: Collection[str] = (), until: float = 0.0
    ) -> None:
        """Remove what is about these ids, or about words that these authors gave up to a time."""
        ...
