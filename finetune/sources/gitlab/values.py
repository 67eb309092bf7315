"""What is read from GitLab, and what is made of it. No vendor's types."""

from typing import Any

from finetune.dataset.example import Frozen


class Ticket(Frozen):
    """A closed issue; `iid` is its number in the project."""

    iid: int
    title: str
    description: str = ""
    labels: tuple[str, ...] = ()
    web_url: str = ""
    updated_at: str = ""
    confidential: bool = False


class Change(Frozen):
    """One file of a merge request with its unified diff (hunks only, as GitLab gives them)."""

    old_path: str
    new_path: str
    diff: str


class Merge(Frozen):
    """A merged merge request; `iid` is its number in the project `project_id`."""

    project_id: int
    iid: int
    title: str
    description: str = ""
    web_url: str = ""
    changes: tuple[Change, ...] = ()


class Taken(Frozen):
    """What became of a ticket: a training row, or the reason why there is none."""

    iid: int
    updated_at: str
    row: dict[str, Any] | None = None
    skipped: str | None = None
    redacted: bool = False
