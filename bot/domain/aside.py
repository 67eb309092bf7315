"""Work that failed as often as it may, and what is known of it. Kept until an admin has decided.

Only ids: what people said stays where it is kept for its own reason, and is removed from there.
"""

import hashlib
import json
from collections.abc import Container, Mapping
from enum import StrEnum

from bot.domain.conversation import turn_id_of
from finetune import Frozen

Argument = str | float | bool


class Why(StrEnum):
    """Why work was put aside; in words of our own in `texts`."""

    FAILS = "fails"  # every time, with an error that nobody expected
    DIES = "dies"  # the process that did it ended each time
    AWAY = "away"  # a service behind the bot was away for longer than it could wait
    UNKNOWN = "unknown"  # no version of the bot that runs knows such work
    UNREADABLE = "unreadable"  # what was queued cannot be read


class Piece(Frozen):
    """One piece of work: what a durable task is about. `team` is empty where no workspace is known.

    `key` names the task in the queue; `arguments` are those of the task, as far as they are ids.
    """

    kind: str
    team: str
    key: str
    arguments: Mapping[str, Argument] = {}

    @property
    def piece_id(self) -> str:
        """The same for the same kind with the same arguments, under whatever key it was queued."""
        return id_of(self.kind, self.arguments)

    def about(self, ids: Container[str]) -> bool:
        """Whether one of these users, turns, replies or runs is what it is about."""
        named = [value for value in self.arguments.values() if isinstance(value, str)]
        named += [f"{self.arguments.get('channel')}:{self.arguments.get('ts')}"]
        return any(value in ids or turn_id_of(value) in ids for value in named)


class PutAside(Frozen):
    """A piece that nobody tries any more. `error` is the class of what was raised, `at` in seconds."""

    piece: Piece
    why: Why
    error: str = ""
    tries: int = 0
    at: float = 0.0

    @property
    def aside_id(self) -> str:
        """How buttons and commands name it."""
        return self.piece.piece_id


class Tried(Frozen):
    """How often a piece was begun and did not end, and failed; `since`: of trouble outside."""

    deaths: int = 0
    failures: int = 0
    since: float = 0.0


def id_of(kind: str, arguments: Mapping[str, Argument]) -> str:
    """Names a piece of work by what it is about."""
    named = json.dumps([kind, dict(arguments)], sort_keys=True)
    return hashlib.sha256(named.encode()).hexdigest()[:16]
