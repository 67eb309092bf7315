"""Answer one turn: history → champion model → live reply → saved reply.

Called by the durable task of the turn, once or, after a crash, again; the turn's stored state says
where the predecessor stopped. Reads and writes the `Turns` store, asks the `ChatModel`, and shows
the answer on a `Surface`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.domain.conversation import Delta, Reply, Said, Turn, Usage
from bot.domain.ports import Champions, ChatModel, Languages, LiveReply, Surface, Turns
from bot.errors import ModelRefused
from bot.texts import texts
from bot.texts.chat import ChatTexts
from finetune import Message, count_tokens

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Chat:
    """Answers turns. `context_tokens` bounds what is sent to the model."""

    turns: Turns
    model: ChatModel
    champions: Champions
    surface: Surface
    languages: Languages
    system_prompt: str
    context_tokens: int

    async def reply(self, turn: Turn) -> None:
        """Leave exactly one answer to `turn`. Raises ModelUnavailable when a later try may work."""
        state = await self.turns.state(turn)
        if state.answered:
            return
        if not turn.text:
            await self._earlier(turn)  # before our own greeting stands there
            await self._say(turn, (await self._texts(turn)).greeting)
            return
        await self.turns.start(turn)
        live = await self.surface.open(turn, state.posted_ts, resumed=state.started)
        reply = state.reply
        if reply is None:
            try:
                reply = await self._ask(turn, live)
            except ModelRefused as error:
                log.warning("model_refused", turn=turn.turn_id, error=str(error))
                await self._say(turn, (await self._texts(turn)).sorry_refused)
                return
            if not reply.content.strip():
                await self._say(turn, (await self._texts(turn)).sorry_empty)
                return
            await self.turns.save_reply(turn, reply)
        await self.turns.answered(turn, await live.finish(reply))

    async def give_up(self, turn: Turn) -> None:
        """Answer with an apology, after the last try failed."""
        if not (await self.turns.state(turn)).answered:
            await self._say(turn, (await self._texts(turn)).sorry_later)

    async def _texts(self, turn: Turn) -> ChatTexts:
        return texts(await self.languages.language(turn.team, turn.user, turn.channel)).chat

    async def _say(self, turn: Turn, text: str) -> None:
        state = await self.turns.state(turn)
        await self.turns.start(turn)
        ts = await self.surface.say(turn, state.posted_ts, text, resumed=state.started)
        await self.turns.answered(turn, ts)

    async def _ask(self, turn: Turn, live: LiveReply) -> Reply:
        messages = await self._conversation(turn)
        model = await self.champions.champion(turn.team)
        began = time.monotonic()
        pieces: list[str] = []
        last = Delta()
        posted: str | None = None
        async for delta in self.model.stream(model, messages):
            last = delta
            if not delta.text:
                continue
            pieces.append(delta.text)
            ts = await live.append(delta.text)
            if ts is not None and ts != posted:
                await self.turns.posted(turn, ts)
                posted = ts
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
        )

    async def _conversation(self, turn: Turn) -> tuple[Message, ...]:
        earlier = await self._earlier(turn)
        history = [Message(role="user", content=said.text) for said in earlier if said.text]
        for past, reply in await self.turns.history(turn):
            if not past.text:
                continue
            history.append(Message(role="user", content=past.text))
            if reply is not None:
                history.append(Message(role="assistant", content=reply.content))
        system = Message(role="system", content=self.system_prompt)
        question = Message(role="user", content=turn.text)
        return trim(system, history, question, self.context_tokens)

    async def _earlier(self, turn: Turn) -> Sequence[Said]:
        """What stood in the thread before the bot was called; read once, then kept."""
        known = await self.turns.earlier(turn)
        if known is not None:
            return known
        read = [] if turn.opens_thread else await self.surface.read_thread(turn)
        if read is not None:
            await self.turns.save_earlier(turn, read)
        return read or []


def trim(
    system: Message, history: Sequence[Message], question: Message, limit: int
) -> tuple[Message, ...]:
    """Drop the oldest of `history` until all fits into `limit` tokens.

    The system prompt and the question always stay, even when they alone exceed the limit.
    """
    room = limit - count_tokens([system, question])
    kept: list[Message] = []
    for message in reversed(history):
        room -= count_tokens([message])
        if room < 0:
            break
        kept.append(message)
    return (system, *reversed(kept), question)
