"""Asks a model for the answer to one turn, and another where the first one cannot.

Takes the question from the `Reader` and what was said before from `Context`, sends both to the
`ChatModel` and shows what comes on the `LiveReply`.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

import structlog

from bot.chat.context import Context
from bot.chat.stopping import until, watched
from bot.chat.trimming import trim
from bot.domain.conversation import Content, Delta, Reply, Stage, Turn, Usage
from bot.domain.ports import ChatModel, LiveReply, Reader, Surface, Turns
from bot.errors import BotError, ContentRefused, ModelRefused, ModelUnavailable, TooLong
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
    in this thread before; `over`: the question was changed or deleted meanwhile.
    """

    reply: Reply | None
    notes: tuple[str, ...] = ()
    first: bool = False
    over: bool = False


Open = Callable[[], Awaitable[LiveReply]]


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

    async def ask(self, wish: Wish, show: Open) -> Answer:
        """Ask the wished model; where it refuses for good, the fallback once.

        Raises ModelUnavailable when a later try may work, and ModelRefused.
        """
        try:
            return await self._fitting(wish, wish.model, show)
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
            return await self.instead(wish, show, error)

    async def instead(self, wish: Wish, show: Open, trouble: BotError) -> Answer:
        """Ask the fallback once; raises `trouble` again where there is none, or it cannot either."""
        if self.fallback in ("", wish.model):
            raise trouble
        try:
            return await self._fitting(wish, self.fallback, show)
        except ContentRefused:
            raise
        except (ModelRefused, ModelUnavailable) as error:
            log.warning("fallback_failed", turn=wish.turn.turn_id, error=str(error))
            raise trouble from error

    async def _fitting(self, wish: Wish, model: str, show: Open) -> Answer:
        """Ask; where the model finds the conversation too long, once more with the half of it."""
        sees = any(fnmatchcase(model, pattern) for pattern in self.images)
        if wish.turn.files:
            await self.surface.status(wish.turn, Stage.READING_FILES)
        content = await self.reader.read(wish.turn, sees=sees)
        if not content.text and not content.images:
            return Answer(None, content.notes)
        if not wish.turn.opens_thread:
            await self.surface.status(wish.turn, Stage.READING_THREAD)
        history = await self.context.history(wish.turn)
        system = Message(role="system", content=wish.system)
        question = Message(role="user", content=content.text)
        messages = trim(system, history, question, self.limit)
        try:
            reply = await self._once(wish, model, messages, content, show)
        except TooLong:
            shorter = trim(system, history, question, count_tokens(messages) // HARDER)
            if shorter == messages:
                raise
            reply = await self._once(wish, model, shorter, content, show)
        return Answer(reply, content.notes, first=not history, over=reply is None)

    async def _once(
        self,
        wish: Wish,
        model: str,
        messages: tuple[Message, ...],
        content: Content,
        show: Open,
    ) -> Reply | None:
        """The reply; None when the question was changed or deleted meanwhile."""
        turn, began = wish.turn, time.monotonic()
        live = await show()
        pieces: list[str] = []
        async with watched(self.turns, turn) as told:
            coming = self.model.stream(model, messages, content.images)
            last = await self._show(turn, live, until(told, coming), pieces)
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
            stopped=stopped,
            fallback=model != wish.model,
        )

    async def _show(
        self, turn: Turn, live: LiveReply, deltas: AsyncIterator[Delta], pieces: list[str]
    ) -> Delta:
        """Show what comes and note where; the last delta, with usage and finish reason."""
        last, posted = Delta(), None
        async for delta in deltas:
            last = delta
            if not delta.text:
                continue
            if not pieces:
                await self.surface.status(turn, Stage.WRITING)
            pieces.append(delta.text)
            ts = await live.append(delta.text)
            if ts is not None and ts != posted:
                await self.turns.posted(turn, ts)
                posted = ts
        return last
