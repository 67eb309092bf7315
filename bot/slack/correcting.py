"""Does what a message "correct: …" asks for: finds the reply it is about, reads its file, keeps it.

Called by the durable task, again after a kill. The writer alone hears why nothing came of it.
"""

from dataclasses import dataclass

import structlog

from bot.documents import Documents, Kind, announced, most_bytes
from bot.domain.conversation import Reply, SharedFile, Turn
from bot.domain.correcting import CorrectingMessage
from bot.domain.feedback import Feedback, Rating
from bot.domain.ports import Preferences, TaskQueue, Turns, Verdicts
from bot.domain.voting import Act, gave
from bot.errors import FileUnreadable, SurfaceUnavailable
from bot.slack.files import SlackFiles
from bot.slack.names import Names
from bot.slack.people import People
from bot.slack.thanks import Thanks
from bot.slack.trouble import translated
from bot.slack.visibility import Visibility
from bot.texts import texts
from bot.texts.feedback import FeedbackTexts

log = structlog.get_logger(__name__)
_TEXTUAL = frozenset(Kind) - {Kind.IMAGE, Kind.OTHER}
LETTERS = 200_000  # of a correction in a file: more than any model answers


@dataclass(frozen=True)
class Correcting:
    """Messages that correct."""

    turns: Turns
    verdicts: Verdicts
    preferences: Preferences
    visibility: Visibility
    people: People
    files: SlackFiles
    names: Names
    documents: Documents
    thanks: Thanks

    async def correct(self, message: CorrectingMessage, tasks: TaskQueue) -> None:
        """Keep it or take it back. SurfaceUnavailable while Slack is in trouble."""
        reply = await self._meant(message)
        if message.gone:
            if reply is not None and await self._was_said(reply, message):
                await self._keep(reply, message, None, tasks)
            return
        said = texts(await self.people.language(message.team, message.user)).feedback
        written, problem = await self._written(message, reply, said)
        if reply is None or problem:
            name = f"{message.origin}@{message.at}"
            await self.thanks.tell(
                message.team, message.channel, message.thread_ts, message.user, problem, once=name
            )
            return
        await self._keep(reply, message, written, tasks)

    async def _was_said(self, reply: Reply, message: CorrectingMessage) -> bool:
        """Of who wants nothing stored, nothing is: not even that they took something back."""
        if not (await self.preferences.person(message.team, message.user)).opted_out:
            return True
        return await self.verdicts.acted(message.team, reply.reply_id, message.user)

    async def _keep(
        self, reply: Reply, message: CorrectingMessage, written: str | None, tasks: TaskQueue
    ) -> None:
        taken = Act(reply_id=reply.reply_id, user=message.user, at=message.at, taken=message.origin)
        act = taken
        if written is not None:
            given = Feedback(
                reply_id=reply.reply_id,
                user=message.user,
                rating=Rating.DOWN,
                correction=written,
                given_by="thread",
                at=message.at,
                origin=message.origin,
            )
            act = gave(given)
        await self.verdicts.record(message.team, act)
        await tasks.curate(message.team, reply.reply_id, message.user)

    async def _meant(self, message: CorrectingMessage) -> Reply | None:
        """The last reply that stood in the thread before the message; the same ever after."""
        noted = await self.verdicts.pointed(message.team, message.origin)
        if noted is None:
            found = await self._before(message)
            if found is None:
                return None
            noted = await self.verdicts.point(message.team, message.origin, found.reply_id)
        return await self.turns.reply(message.team, noted)

    async def _before(self, message: CorrectingMessage) -> Reply | None:
        place = Turn(
            team=message.team,
            channel=message.channel,
            ts=message.ts,
            thread_ts=message.thread_ts,
            user=message.user,
            text="",
        )
        last: tuple[str, Reply] | None = None
        for turn, reply in await self.turns.history(place):
            # Where it stands is noted last: somebody may correct it a moment before.
            state = await self.turns.state(turn)
            shown = state.posted_ts or turn.ts
            if shown > message.ts:
                continue
            if state.started and not state.answered and state.reply is None:
                raise SurfaceUnavailable("the reply that is corrected is still being written")
            if reply is None:
                continue
            last = max(last or ("", reply), (shown, reply), key=lambda pair: pair[0])
        return None if last is None else last[1]

    async def _written(
        self, message: CorrectingMessage, reply: Reply | None, said: FeedbackTexts
    ) -> tuple[str, str]:
        """What it says, or why it does not count."""
        if reply is None:
            return "", said.nothing_here
        if (await self.preferences.person(message.team, message.user)).opted_out:
            return "", said.opted_out
        if not await self.visibility.sees(message.team, message.user, reply.channel):
            log.warning("feedback_refused", team=message.team, user=message.user)
            return "", said.not_visible
        [written] = await self.names.readable(message.team, message.channel, [message.text])
        if message.files and not written.strip():
            read = await self._read(message.team, message.files)
            if read is None:
                return "", said.unreadable
            written = read
        if not written.strip():
            return "", said.empty
        same = written.strip() == reply.content.strip()
        return written.strip(), said.same_text if same else ""

    @translated()
    async def _read(self, team: str, files: tuple[SharedFile, ...]) -> str | None:
        """The text of the first file that has one."""
        for shared in files:
            try:
                file = await self.files.known(team, shared)
                kind = announced(file.name, file.mimetype)
                if kind not in _TEXTUAL:
                    continue
                data = await self.files.load(team, file, most_bytes(kind))
                document = await self.documents.read(file.name, file.mimetype, data, LETTERS)
            except FileUnreadable as error:
                log.info("correction_not_read", file=shared.file_id, why=error.why)
                continue
            if document.text:
                return document.text
        return None
