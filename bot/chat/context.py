"""What the model gets to read beside the question: who said what in the thread before.

From the `Turns` store; where the bot was called into a thread, from Slack once (through `Reader`).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.speakers import distinct, spoken
from bot.chat.trimming import fits
from bot.domain.conversation import Reply, Said, Turn
from bot.domain.ports import Names, Preferences, Reader, Turns
from finetune import Message


@dataclass(frozen=True)
class Line:
    """One thing said in a thread; `ours`: by the bot itself. `source`: as of a `Reply`."""

    user: str
    text: str
    name: str = ""
    ours: bool = False
    source: str = ""

    @property
    def who(self) -> str:
        """Tells one speaker from another; apps may have a name only."""
        return self.user or self.name


@dataclass(frozen=True)
class Remembered:
    """`messages` are what was said before, oldest first, each with its source; then the question."""

    messages: tuple[Message, ...]
    sources: tuple[str, ...]
    question: Message


@dataclass(frozen=True)
class Context:
    """Reads the history of a turn's thread."""

    turns: Turns
    reader: Reader
    names: Names
    preferences: Preferences

    async def remembered(self, turn: Turn, question: str, room: int) -> Remembered:
        """What was said before `turn`, and its question; named where more than one person spoke.

        Read from the end until it is more than `room` tokens: what is before that is never sent.
        """
        lines = [] if turn.opens_thread else await self._before(turn, room)
        asks = Line(turn.user, question, source=turn.turn_id)
        names = await self._names(turn, [*lines, asks])
        return Remembered(
            messages=tuple(_message(line, names) for line in lines),
            sources=tuple(line.source for line in lines),
            question=_message(asks, names),
        )

    async def _before(self, turn: Turn, room: int) -> list[Line]:
        earlier, (lines, whole) = await asyncio.gather(
            self.earlier(turn), self._asked_before(turn, room)
        )
        if whole:
            lines = [*map(_line, earlier), *lines]
        return [line for line in lines if line.text]

    async def _asked_before(self, turn: Turn, room: int) -> tuple[list[Line], bool]:
        """As far back as is sent, and whether that is all."""
        lines: list[Line] = []
        async for some in self.turns.recent(turn):
            read = [line for past, reply in some for line in await self._lines(past, reply)]
            lines = [*read, *lines]
            if not fits([_message(line, {}) for line in lines], room):
                return lines, False
        return lines, True

    async def earlier(self, turn: Turn) -> Sequence[Said]:
        """What stood in the thread before the bot was called; read once, then kept.

        Left out is what people said who want nothing of theirs stored, for what a model was shown
        is kept with the answer; only their own questions, of which nothing is kept, may show it.
        """
        if turn.opens_thread:
            return []
        known = await self.turns.earlier(turn)
        if known is not None:
            return known
        read = await self.reader.thread(turn)
        if read is None:
            return []
        shy = {
            user
            for user in {said.user for said in read if said.user}
            if (await self.preferences.person(turn.team, user)).opted_out
        }
        await self.turns.save_earlier(turn, [said for said in read if said.user not in shy])
        return [said for said in read if said.user not in shy - {turn.user}]

    async def _lines(self, past: Turn, reply: Reply | None) -> list[Line]:
        """A turn as the model was shown it; one that it never saw, as it would be shown now."""
        if reply is not None:
            asked = Line(past.user, reply.asked, source=past.turn_id)
            return [asked, Line("", reply.content, ours=True, source=past.turn_id)]
        if not past.text:
            return []
        read = await self.reader.read(past, sees=False)
        return [Line(past.user, read.text, source=past.turn_id)]

    async def _names(self, turn: Turn, lines: Sequence[Line]) -> dict[str, str]:
        """How those who spoke are called; nobody by name where there is only one."""
        spoke = {line.who: line for line in lines if not line.ours}
        if len(spoke) < 2:
            return {}
        called = [
            (who, line.name or await self.names.name(turn.team, line.user))
            for who, line in spoke.items()
        ]
        return distinct(called)


def _message(line: Line, names: Mapping[str, str]) -> Message:
    if line.ours:
        return Message(role="assistant", content=line.text)
    name = names.get(line.who)
    text = line.text if name is None else spoken(name, line.text)
    return Message(role="user", content=text)


def _line(said: Said) -> Line:
    """Of what was said before the bot was called."""
    source = f"@{said.user}" if said.user and not said.ours else ""
    return Line(said.user, said.text, said.name, said.ours, source)
