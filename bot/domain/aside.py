"""Work that failed as often as it may, and what is known of it. Kept until an admin has decided.

Only ids: what people said stays where it is kept for its own reason, and is removed from there.
"""

import hashlib
import json
import re
from base64 import b64decode
from collections.abc import Container, Mapping
from enum import StrEnum

from bot.domain.conversation import turn_id_of
from finetune import Frozen

Argument = str | float | bool
# What must be done some day: removals, the dataset, runs. An entry about it never goes by itself.
DUTIES = frozenset({"advance", "curate", "forget_person", "remove_workspace"})
# What is found anew by a look at what is there: dismissed, its entry stays and says so.
FOUND_ANEW = frozenset({"advance", "reveal", "tell_news"})


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
    """A piece that nobody tries any more. `error` is the class of what was raised, `at` in seconds.

    `raw` is the message of the queue, in base64, where it could not be read; `unread_id` the id of an
    entry of which nothing else is known. `dismissed`: nobody queues it by themselves, nor lists it.
    """

    piece: Piece
    why: Why
    error: str = ""
    tries: int = 0
    at: float = 0.0
    raw: Mapping[str, str] = {}
    unread_id: str = ""
    dismissed: bool = False

    @property
    def aside_id(self) -> str:
        """How buttons and commands name it."""
        return self.unread_id or self.piece.piece_id

    @property
    def duty(self) -> bool:
        """Whether it is to be kept until somebody has decided."""
        return bool(self.unread_id) or self.piece.kind in DUTIES

    def about(self, ids: Container[str], *, unsure: bool = False) -> bool:
        """Whether one of these is what it is about; `unsure`: only a raw message may say so."""
        if not unsure and self.piece.about(ids):
            return True
        words = (b64decode(value).decode(errors="replace") for value in self.raw.values())
        return any(word in ids for text in words for word in re.findall(r"[\w:.-]+", text))


def unread(team: str, aside_id: str) -> PutAside:
    """Stands for an entry that this version cannot read."""
    return PutAside(piece=Piece(kind="", team=team, key=""), why=Why.UNKNOWN, unread_id=aside_id)


class Tried(Frozen):
    """How often a piece was begun and did not end, and failed; `since`: of trouble outside."""

    deaths: int = 0
    failures: int = 0
    since: float = 0.0


def id_of(kind: str, arguments: Mapping[str, Argument]) -> str:
    """Names a piece of work by what it is about."""
    named = json.dumps([kind, dict(arguments)], sort_keys=True)
    return hashlib.sha256(named.encode()).hexdigest()[:16]
