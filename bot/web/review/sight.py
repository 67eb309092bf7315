"""All that a curator sees of one example: gathered from the dataset, the votes and the search."""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.diffing import Piece, compared
from bot.domain.feedback import Feedback, Rating
from bot.web.naming import channels_named, named
from bot.web.services import Services
from finetune import Example, Message, Place, Source, Status, channel_of, count_tokens, redact

SHOWN = 4  # messages before the answer that are not folded away
NEAR = 4
BEHIND = 0.03  # seconds for which the searchable copy may take to catch up
_TAKEN_OUT = re.compile(
    r"\[(?:secret|token|private key|email|host|ip|address|my number|card|phone)\]"
)


@dataclass(frozen=True)
class Voice:
    """One person's vote on the reply. `wrote`: the wording that is decided about is theirs."""

    user: str
    up: bool
    at: float
    wrote: bool
    reason: str
    note: str


@dataclass(frozen=True)
class Rival:
    """Another answer to the same question, and what becomes of it if this one is approved."""

    example: Example
    then: str


@dataclass(frozen=True)
class Neighbour:
    """An example whose question is nearly the same."""

    example: Example
    ratio: float


@dataclass(frozen=True)
class Sight:
    """One example with everything beside it."""

    example: Example
    place: Place
    system: tuple[Message, ...]
    earlier: tuple[Message, ...]
    thread: tuple[Message, ...]
    pieces: list[Piece]
    voices: tuple[Voice, ...]
    rivals: tuple[Rival, ...]
    near: tuple[Neighbour, ...]
    tokens: int
    redacted: bool
    channel: str
    names: Mapping[str, str]

    @property
    def waits(self) -> bool:
        """Whether there is anything to decide."""
        return self.example.status is Status.PENDING


async def seen(services: Services, team: str, user: str, example: Example) -> Sight:
    """Everything about it, asked for at once."""
    dataset = services.workspace(team).dataset
    place, foreseen, voices, near, channel, (pieces, tokens) = await asyncio.gather(
        dataset.place(example),
        dataset.foreseen(example, user),
        _voices(services, team, example),
        _near(services, team, example),
        _channel(services, team, example),
        asyncio.to_thread(_measured, example),
    )
    rivals = tuple(Rival(row, _then(row.status, then)) for row, then in foreseen)
    known = {rival.example.example_id for rival in rivals}
    before = [message for message in example.prompt if message.role != "system"]
    return Sight(
        example=example,
        place=place,
        system=tuple(message for message in example.prompt if message.role == "system"),
        earlier=tuple(before[:-SHOWN]),
        thread=tuple(before[-SHOWN:]),
        pieces=pieces,
        voices=voices,
        rivals=tuple(rival for rival in rivals if not rival.example.reworded),
        near=tuple(each for each in near if each.example.example_id not in known)[:NEAR],
        tokens=tokens,
        redacted=any(map(_TAKEN_OUT.search, _texts(example))),
        channel=channel,
        names=await named(services, team, _people(example, voices, rivals)),
    )


def _measured(example: Example) -> tuple[list[Piece], int]:
    """What takes a while of very long texts."""
    pieces = [] if example.rejected is None else compared(example.rejected, example.answer)
    return pieces, count_tokens(example.messages)


async def _voices(services: Services, team: str, example: Example) -> tuple[Voice, ...]:
    """Who said what about the replies that it was made of; the author of the wording first."""
    replies = list(dict.fromkeys(vote.reply_id for vote in example.votes if vote.reply_id))
    found = await asyncio.gather(*(services.verdicts.of_reply(team, reply) for reply in replies))
    voices = [_voice(verdict, example) for verdicts in found for verdict in verdicts]
    return tuple(sorted(voices, key=lambda voice: (not voice.wrote, voice.at)))


def _voice(verdict: Feedback, example: Example) -> Voice:
    wrote = example.source is Source.CORRECTION and verdict.user in example.authors
    return Voice(
        user=verdict.user,
        up=verdict.rating is Rating.UP,
        at=verdict.at,
        wrote=wrote and bool(verdict.correction),
        reason=verdict.reason or "",
        note=redact(verdict.note) if verdict.note else "",
    )


async def _near(services: Services, team: str, example: Example) -> list[Neighbour]:
    """Nothing while the searchable copy is behind: a decision does not wait for it."""
    workspace = services.workspace(team)
    if not (await workspace.search.ready(BEHIND)).ready:
        return []
    ratios = dict(await workspace.search.near(example.example_id, NEAR * 2))
    rows = await workspace.dataset.many(list(ratios))
    return [Neighbour(row, ratios[row.example_id]) for row in rows if row.example_id in ratios]


async def _channel(services: Services, team: str, example: Example) -> str:
    """Where it was said, by name as far as that is public; empty for what was imported."""
    channel = channel_of(example)
    return (await channels_named(services, team, [channel])).get(channel, "")


def _then(now: Status, then: Status) -> str:
    """A key of `ReviewTexts.then`."""
    if then is Status.REJECTED:
        return {Status.REJECTED: "still_rejected", Status.PENDING: "not_taken"}.get(now, "rejected")
    return then.value


def _texts(example: Example) -> Iterable[str]:
    yield from (message.content for message in example.messages if message.role != "system")
    yield from (text for text in (example.rejected, example.note) if text)


def _people(example: Example, voices: Iterable[Voice], rivals: Iterable[Rival]) -> set[str]:
    people = {*example.authors, *(voice.user for voice in voices)}
    for rival in rivals:
        people.update(rival.example.authors)
    if example.ruling is not None and example.ruling.by:
        people.add(example.ruling.by)
    return people
