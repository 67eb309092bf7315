"""Asks a model for the answer to one turn, and another where the first one cannot.

Takes the question from the `Reader` and what was said before from `Context`, sends both to the
`ChatModel` and shows what comes on the `LiveReply`.
"""

import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Protocol

import structlog

from bot.chat.context import Context, Remembered
from bot.chat.stopping import Watching, until
from bot.chat.timing import Stopwatch, since_asked
from bot.chat.trimming import trim
from bot.domain.conversation import Content, Delta, Reply, Stage, Turn, Usage
from bot.domain.ports import ChatModel, LiveReply, Reader, Surface, Turns
from bot.errors import BotError, ContentRefused, ModelRefused, ModelUnavailable, TooLong
from bot.metrics import Metrics, Part
from finetune import Message, count_tokens

log = structlog.get_logger(__name__)
HARDER = 2  # a conversation that was too long is cut to so small a part of its length


@dataclass(frozen=True)
class Wish:
    """How a turn shall be answered. `system` is the system prompt, `model` who is asked first."""

    turn: Turn
    model: str
    system: str


@dataclass(frozen=True)
class Answer:
    """What came of it. No `reply`: there was nothing to ask a model.

    `notes` are sentences to the asker about files that could not be read; `first`: nothing was said
    in this thread before; `over`: the question was changed or deleted meanwhile; `watch`: what
    the model took.
    """

    reply: Reply | None
    notes: tuple[str, ...] = ()
    first: bool = False
    over: bool = False
    watch: Stopwatch | None = None


@dataclass(frozen=True)
class Heard:
    """What was read for one turn; nothing was said `before` where there is nothing to ask.

    `sees`: for a model that sees pictures.
    """

    content: Content
    before: Remembered | None
    sees: bool


class Open(Protocol):
    """Opens the live reply, at once; posts nothing."""

    async def __call__(self) -> LiveReply: ...

    async def begun(self) -> bool:
        """Whether something may be posted by now; False where the question was changed or deleted."""
        ...


@dataclass(frozen=True)
class Asking:
    """`limit` is in tokens; `images` are patterns of the names of models that see pictures."""

    turns: Turns
    surface: Surface
    model: ChatModel
    reader: Reader
    context: Context
    limit: int
    fallback: str = ""
    images: tuple[str, ...] = ()
    metrics: Metrics = field(default_factory=Metrics)

    @cached_property
    def watching(self) -> Watching:
        """Over all answers that are being written."""
        return Watching(self.turns)

    async def ask(self, wish: Wish, show: Open) -> Answer:
        """Ask the wished model; where it refuses for good, the fallback once.

        Raises ModelUnavailable when a later try may work, and ModelRefused.
        """
        heard = await self._read(wish.turn, sees=self._sees(wish.model))
        try:
            return await self._fitting(wish, wish.model, heard, show)
        except ContentRefused:
            raise
        except ModelRefused as error:
            log.error(  # noqa: TRY400  # the provider's words are enough, and admins read them
                "model_refused",
                turn=wish.turn.turn_id,
                model=wish.model,
                why=type(error).__name__,
                error=str(error),
            )
            return await self._instead(wish, show, error, heard)

    async def instead(self, wish: Wish, show: Open, trouble: BotError) -> Answer:
        """Ask the fallback once; raises `trouble` again where there is none, or it cannot either."""
        return await self._instead(wish, show, trouble, None)

    async def _instead(
        self, wish: Wish, show: Open, trouble: BotError, heard: Heard | None
    ) -> Answer:
        if self.fallback in ("", wish.model):
            raise trouble
        sees = self._sees(self.fallback)
        if heard is None or (wish.turn.files and heard.sees != sees):
            heard = await self._read(wish.turn, sees=sees)
        try:
            return await self._fitting(wish, self.fallback, heard, show)
        except ContentRefused:
            raise
        except (ModelRefused, ModelUnavailable) as error:
            log.warning("fallback_failed", turn=wish.turn.turn_id, error=str(error))
            raise trouble from error

    def _sees(self, model: str) -> bool:
        return any(fnmatchcase(model, pattern) for pattern in self.images)

    async def _read(self, turn: Turn, *, sees: bool) -> Heard:
        """The question and what was said before."""
        if turn.files:
            await self.surface.status(turn, Stage.READING_FILES)
        content = await self.reader.read(turn, sees=sees)
        if not content.text and not content.images:
            return Heard(content, None, sees=sees)
        if not turn.opens_thread:
            await self.surface.status(turn, Stage.READING_THREAD)
        before = await self.context.remembered(turn, content.text, self.limit)
        return Heard(content, before, sees=sees)

    async def _fitting(self, wish: Wish, model: str, heard: Heard, show: Open) -> Answer:
        """Ask; where the model finds the conversation too long, once more with the half of it."""
        content, before = heard.content, heard.before
        if before is None:
            return Answer(None, content.notes)
        system = Message(role="system", content=wish.system)
        messages = trim(system, before.messages, before.question, self.limit)
        watch = Stopwatch()
        try:
            reply = await self._once(wish, model, messages, content, show, watch)
        except TooLong:
            half = count_tokens(messages) // HARDER
            shorter = trim(system, before.messages, before.question, half)
            if shorter == messages:
                raise
            reply = await self._once(wish, model, shorter, content, show, watch)
        watch.tell(self.metrics)
        if reply is not None:
            sent = len(reply.messages) - 2  # less the system prompt and the question
            sources = before.sources[len(before.sources) - sent :]
            reply = reply.model_copy(update={"sources": ("", *sources, wish.turn.turn_id)})
        first, over = not before.messages, reply is None
        return Answer(reply, content.notes, first=first, over=over, watch=watch)

    async def _once(
        self,
        wish: Wish,
        model: str,
        messages: tuple[Message, ...],
        content: Content,
        show: Open,
        watch: Stopwatch,
    ) -> Reply | None:
        """The reply; None when the question was changed or deleted meanwhile."""
        turn, began = wish.turn, time.monotonic()
        await show()
        pieces: list[str] = []
        # Closed at once, whatever happens: what Slack does not take, no model goes on writing.
        async with (
            self.watching.over(turn) as told,
            aclosing(self.model.stream(model, messages, content.images)) as coming,
            aclosing(until(told, watch.over(coming))) as deltas,
        ):
            last = await self._show(turn, show, deltas, pieces, watch)
        if last is None:
            return None
        stopped = told.is_set() and not last.finish_reason
        if stopped:
            standing = await self.turns.get(turn.team, turn.turn_id)
            if standing is None or standing.revision != turn.revision:
                return None
        return Reply(
            reply_id=turn.reply_id,
            team=turn.team,
            channel=turn.channel,
            thread_ts=turn.thread_ts,
            asker=turn.user,
            messages=messages,
            content="".join(pieces),
            model=last.model or model,
            usage=last.usage or Usage(),
            finish_reason=last.finish_reason or "",
            latency=time.monotonic() - began,
            created_at=time.time(),
            images=len(content.images),
            question=None if messages[-1].content == content.text else content.text,
            stopped=stopped,
            fallback=model != wish.model,
        )

    async def _show(
        self,
        turn: Turn,
        show: Open,
        deltas: AsyncIterator[Delta],
        pieces: list[str],
        watch: Stopwatch,
    ) -> Delta | None:
        """Show what comes and note where; the last delta, with usage and finish reason.

        None where nothing may be shown.
        """
        live, last, posted = await show(), Delta(), None
        async for delta in deltas:
            last = delta
            pieces.append(delta.text)
            if not delta.text or delta.finish_reason:
                continue  # what came with the end is shown with the whole
            if posted is None and not await show.begun():
                return None
            ts = await live.append(delta.text)
            if ts is not None and ts != posted:
                if not watch.shown and (seconds := since_asked(turn)) is not None:
                    self.metrics.took(Part.FIRST_TEXT, seconds)
                watch.shown = True
                await self.turns.posted(turn, ts)
                posted = ts
        return last
