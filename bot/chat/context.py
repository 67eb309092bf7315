"""What the model gets to read beside the question: who said what in the thread before.

From the `Turns` store; where the bot was called into a thread, from Slack once (through `Reader`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.conversation import Reply, Said, Turn
from bot.domain.ports import Names, Preferences, Reader, Turns
from finetune import Message


@dataclass(frozen=True)
class Line:
    """One thing said in a thread; `ours`: by the bot itself."""

    user: str
    text: str
    name: str = ""
    ours: bool = False


@dataclass(frozen=True)
class Context:
    """Reads the history of a turn's thread."""

    turns: Turns
    reader: Reader
    names: Names
    preferences: Preferences

    async def history(self, turn: Turn) -> list[Message]:
        """Everything before `turn`, oldest first; named where more than one person spoke."""
        lines = [
            Line(said.user, said.text, said.name, said.ours) for said in await self.earlier(turn)
        ]
        for past, reply in await self.turns.history(turn):
            lines += await self._lines(past, reply)
        lines = [line for line in lines if line.text]
        speakers = {line.user or line.name for line in lines if not line.ours} | {turn.user}
        return [
            await self._message(turn, line, named=len(speakers) > 1 and line.user != turn.user)
            for line in lines
        ]

    async def earlier(self, turn: Turn) -> Sequence[Said]:
        """What stood in the thread before the bot was called; read once, then kept.

        Left out is what people said who want nothing of theirs stored, for what a model was shown
        is kept with the answer; only their own questions, of which nothing is kept, may show it.
        """
        known = await self.turns.earlier(turn)
        if known is not None:
            return known
        read = [] if turn.opens_thread else await self.reader.thread(turn)
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
            asked = Line(past.user, reply.messages[-1].content)
            return [asked, Line("", reply.content, ours=True)]
        if not past.text:
            return []
        return [Line(past.user, (await self.reader.read(past, sees=False)).text)]

    async def _message(self, turn: Turn, line: Line, *, named: bool) -> Message:
        if line.ours:
            return Message(role="assistant", content=line.text)
        if not named:
            return Message(role="user", content=line.text)
        name = line.name or await self.names.name(turn.team, line.user)
        return Message(role="user", content=f"{name}: {line.text}")
