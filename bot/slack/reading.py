"""`Reader` on Slack: a question with names for ids and its files behind it; a thread before it.

Called by the chat before it asks the model. A file that cannot be read becomes a remark to the
model and a note to the asker, never the end of an answer. Addresses in the text are not opened.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp
import structlog

from bot.documents import (
    Document,
    Documents,
    Kind,
    Why,
    allot,
    announced,
    cut,
    image_announced,
    most_bytes,
)
from bot.domain.conversation import Content, Said, SharedFile, Turn
from bot.errors import FileUnreadable
from bot.slack.clients import Clients
from bot.slack.files import SlackFiles
from bot.slack.names import Names
from bot.slack.people import People
from bot.slack.text import one_line
from bot.slack.threads import Threads
from bot.slack.trouble import translated
from bot.texts import texts
from bot.texts.reading import ReadingTexts

log = structlog.get_logger(__name__)
MOST_FILES = 10  # of one message, as many as Slack's composer takes
MOST_IMAGES = 4
LETTERS = 12  # of a token at most, where a parser shall stop reading


@dataclass(frozen=True)
class Opened:
    """A file that was asked about, with what is in it or why there is nothing."""

    name: str
    document: Document = Document()  # noqa: RUF009 - a frozen value
    why: Why | None = None
    limit: int = 0
    excerpt: str = ""
    shortened: bool = False


@dataclass(frozen=True)
class SlackReader:
    """`room`: tokens that the files of one question may take together."""

    files: SlackFiles
    documents: Documents
    names: Names
    people: People
    threads: Threads
    room: int

    @translated()
    async def read(self, turn: Turn, *, sees: bool) -> Content:
        """The question as a model reads it. The same turn gives the same content."""
        [question] = await self.names.readable(turn.team, turn.channel, [turn.text])
        opened: list[Opened] = []
        for file in turn.files[:MOST_FILES]:
            seen = sum(each.document.image is not None for each in opened)
            opened.append(await self._open(turn, file, sees=sees, seen=seen))
        if opened:  # a thread of its own for nothing would cost every question something
            opened = await asyncio.to_thread(_fitted, opened, self.room)
        language = await self.people.language(turn.team, turn.user, turn.channel)
        said = texts(language).reading
        pictures = [each.document.image for each in opened if each.document.image]
        return Content(
            text="\n\n".join(filter(None, [question, *(map(_for_model, opened))])),
            images=tuple(pictures),
            notes=tuple(note for each in opened if (note := _note(each, said))),
        )

    async def thread(self, turn: Turn) -> list[Said] | None:
        """What was said in the thread before `turn`; None where the bot may not read it."""
        return await self.threads.said(turn)

    async def _open(self, turn: Turn, file: SharedFile, *, sees: bool, seen: int) -> Opened:
        name, limit = one_line(file.name), 0
        try:
            file = await self.files.known(turn.team, file)
            name = one_line(file.name)
            kind = announced(file.name, file.mimetype)
            limit = most_bytes(kind) // 1_000_000
            _expect(kind, file.mimetype, sees=sees, seen=seen)
            data = await self.files.load(turn.team, file, most_bytes(kind))
            document = await self.documents.read(
                file.name, file.mimetype, data, self.room * LETTERS
            )
            if document.image:
                _look(sees=sees, seen=seen)
        except FileUnreadable as error:
            log.info("file_not_read", turn=turn.turn_id, file=file.file_id, why=error.why)
            why = Why(error.why)
            return Opened(name, why=why, limit=MOST_IMAGES if why is Why.TOO_MANY else limit)
        return Opened(name, document)


def slack_reader(
    clients: Clients, people: People, session: aiohttp.ClientSession, room: int
) -> SlackReader:
    """A reader with all its parts; `room` in tokens."""
    names = Names(clients, people)
    files = SlackFiles(clients, session)
    return SlackReader(files, Documents(), names, people, Threads(clients, names), room)


def _expect(kind: Kind, mimetype: str, *, sees: bool, seen: int) -> None:
    """Do not load what could not be read anyway."""
    if kind is Kind.OTHER:
        raise FileUnreadable(Why.UNSUPPORTED)
    if image_announced(mimetype):
        _look(sees=sees, seen=seen)


def _look(*, sees: bool, seen: int) -> None:
    if not sees:
        raise FileUnreadable(Why.UNSEEN)
    if seen >= MOST_IMAGES:
        raise FileUnreadable(Why.TOO_MANY)


def _fitted(opened: Sequence[Opened], room: int) -> list[Opened]:
    """Cut so that all of them together keep to `room` tokens."""
    wanted = [cut(each.document, room).tokens for each in opened]
    fitted = []
    for each, share in zip(opened, allot(wanted, room), strict=True):
        excerpt = cut(each.document, share)
        about = excerpt.remark or each.document.parts
        shown = _framed(each.name, about, excerpt.text) if each.document.text else ""
        fitted.append(replace(each, excerpt=shown, shortened=bool(excerpt.remark)))
    return fitted


def _framed(name: str, about: str, text: str) -> str:
    """Between fences longer than any in the text, so that its end is where the file's is."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f'File "{name}"{f" ({about})" if about else ""}:\n{fence}\n{text}\n{fence}'


def _for_model(opened: Opened) -> str:
    if opened.why is not None:
        return f'File "{opened.name}": could not be read ({opened.why.replace("_", " ")}).'
    if opened.document.image:
        return f'Picture "{opened.name}" is attached.'
    return opened.excerpt


def _note(opened: Opened, said: ReadingTexts) -> str:
    if opened.why is not None:
        sentence: str = getattr(said, opened.why)
        return sentence.format(name=opened.name, limit=opened.limit)
    return said.cut.format(name=opened.name) if opened.shortened else ""
