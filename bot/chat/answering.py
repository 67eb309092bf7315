"""Answer one turn: rules → context → model → live reply → saved reply.

Called by the durable task of the turn, once or, after a crash, again; the turn's stored state says
where the predecessor stopped.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.chat.apologies import sorry, together
from bot.chat.asking import Answer, Asking, Wish
from bot.chat.context import Context
from bot.chat.opening import Opening, opening
from bot.chat.rules import Rules
from bot.chat.timing import Stopwatch, since_asked
from bot.domain.conversation import Reply, Turn, TurnState
from bot.domain.ports import (
    Champions,
    Languages,
    Preferences,
    Removal,
    Surface,
    ThreadTitles,
    Turns,
)
from bot.domain.preferences import ChannelSettings
from bot.domain.records import TurnRecord
from bot.errors import (
    BotError,
    ModelRefused,
    ModelUnavailable,
    SurfaceRefused,
)
from bot.metrics import Metrics, Outcome, Part
from bot.texts import texts
from bot.texts.chat import ChatTexts

log = structlog.get_logger(__name__)


class Forgetting(Protocol):
    """Removes a turn with all that came of it."""

    async def forget_turn(self, team: str, turn_id: str) -> None: ...


@dataclass(frozen=True)
class Chat:
    """Answers turns."""

    turns: Turns
    asking: Asking
    context: Context
    rules: Rules
    champions: Champions
    surface: Surface
    removal: Removal
    titles: ThreadTitles
    languages: Languages
    preferences: Preferences
    privacy: Forgetting
    system_prompt: str
    metrics: Metrics = field(default_factory=Metrics)

    async def reply(self, known: TurnRecord) -> None:
        """Leave exactly one answer to a turn. Raises ModelUnavailable when a later try may work."""
        turn, state = known.turn, known.state
        if turn.withdrawn:
            await self._withdraw(turn, state)
        elif state.answered:
            await self._keep_nothing(turn)
        elif state.reply is not None:
            await self._answer(known, await self._wish(known))
        elif wish := await self._wished(known):
            await self._answer(known, wish)

    async def give_up(self, turn: Turn, trouble: BotError | None = None) -> None:
        """The champion failed for the last time: ask the fallback, or apologise."""
        known = await self.turns.record(turn.team, turn.turn_id, turn.thread_id)
        if known is None or known.turn.revision != turn.revision:
            await self._leave(turn)
        elif not known.state.answered:
            trouble = trouble or ModelUnavailable("no answer")
            await self._answer(known, await self._wish(known), after=trouble)

    async def apologise(self, turn: Turn) -> None:
        """Whatever was tried has failed: say so, once."""
        if not (await self.turns.state(turn)).answered:
            await self._say(turn, (await self._texts(turn)).sorry_broken, Outcome.APOLOGY)

    async def apologise_there(self, place: Turn) -> None:
        """As `apologise`, of a turn whose record cannot be read; `place` says where it was asked."""
        said = await self._texts(place)
        ts = await self.surface.say(place, None, said.sorry_broken, resumed=True)
        await self.turns.close(place, ts)
        self.metrics.ended(Outcome.APOLOGY)

    async def drop(self, turn: Turn) -> None:
        """Slack will never show an answer to this turn; nobody waits for it any more."""
        if (earlier := (await self.turns.state(turn)).replaced) is not None:
            await self.turns.save_reply(turn, earlier)  # which stands there still
        await self.turns.dropped(turn)
        with suppress(BotError):  # what this process said may stand there
            await self.surface.status(turn, None)
        await self._keep_nothing(turn)
        self.metrics.ended(Outcome.DROPPED)

    async def _wished(self, known: TurnRecord) -> Wish | None:
        """How a model shall answer this turn; None where a rule has answered it."""
        turn = known.turn
        said = await self._texts(turn, known.channel)
        if not known.channel.allowed:
            if await self.rules.says_closed(turn):
                await self._say(turn, said.closed_here)
            else:
                await self.drop(turn)
            return None
        if not turn.text and not turn.files:
            await self.context.earlier(turn)  # before our own greeting stands there
            await self._say(turn, said.greeting)
            return None
        if known.state.replaced is not None:
            return await self._wish(known)  # answered once, it was counted
        sentence, wish = await asyncio.gather(self.rules.too_many(turn, said), self._wish(known))
        if not sentence:
            return wish
        shy = await self._shy(turn)
        await self._say(turn, together(sentence, said.ask_then if shy else said.again_then))
        return None

    async def _answer(self, known: TurnRecord, wish: Wish, after: BotError | None = None) -> None:
        turn, state = known.turn, known.state
        if not state.started and (waited := since_asked(turn)) is not None:
            self.metrics.took(Part.WAITED, waited)
        async with opening(self.surface, self.turns, turn, state) as shown:
            await self._give(known, shown, wish, after)

    async def _give(
        self, known: TurnRecord, opening: Opening, wish: Wish, after: BotError | None
    ) -> None:
        began, turn, state = time.monotonic(), known.turn, known.state
        reply, notes, first, watch = state.reply, state.notes, state.first, None
        if reply is None:
            try:
                answer = await self._ask(wish, opening, after)
            except (ModelRefused, ModelUnavailable) as error:
                if isinstance(error, ModelUnavailable) and after is None:
                    raise
                said = await self._texts(turn, known.channel)
                kept = not await self._shy(turn)
                await self._say(turn, sorry(error, said, kept=kept), Outcome.APOLOGY)
                return
            if answer.over or not await opening.begun():
                await self._leave(turn)
                return
            if (reply := await self._written(turn, answer, state)) is None:
                return
            notes, first, watch = answer.notes, answer.first, answer.watch
            if not await self.turns.save_reply(turn, reply, notes=notes, first=first):
                await self._leave(turn)
                return
        elif not await opening.begun():
            await self._leave(turn)
            return
        await self._finish(opening, reply, notes, first=first)
        self._measure(turn, reply, time.monotonic() - began, watch)

    def _measure(self, turn: Turn, reply: Reply, took: float, watch: Stopwatch | None) -> None:
        """No `watch`: a predecessor had asked the model."""
        total = since_asked(turn)
        if watch is not None:
            self.metrics.took(Part.OURS, took - watch.waited)
            if total is not None and not watch.shown:  # a short answer appears at its end
                self.metrics.took(Part.FIRST_TEXT, total)
        if total is not None:
            self.metrics.took(Part.TOTAL, total)
        outcome = Outcome.FALLBACK if reply.fallback else Outcome.MODEL
        self.metrics.ended(Outcome.STOPPED if reply.stopped else outcome)

    async def _written(self, turn: Turn, answer: Answer, state: TurnState) -> Reply | None:
        """What is to be shown; None where it was nothing, and a sentence has said so."""
        reply = answer.reply
        if reply is not None and reply.stopped and state.started and not turn.revision:
            # What a killed predecessor wrote stands there; who stopped it had read that.
            shown = await self.surface.shown(turn, state.posted_ts)
            if len(shown) > len(reply.content):
                reply = reply.model_copy(update={"content": shown})
        if reply is not None and reply.content.strip():
            return reply
        said = await self._texts(turn)
        if reply is None:
            await self._say(turn, "\n".join(answer.notes) or said.sorry_empty)
        elif reply.stopped:
            again = "" if await self._shy(turn) else said.again_now
            await self._say(turn, together(said.stopped_early, again))
        else:
            await self._say(turn, said.sorry_empty)
        return None

    async def _finish(
        self, opening: Opening, reply: Reply, notes: Sequence[str], *, first: bool
    ) -> None:
        """Show the reply that is kept."""
        turn, live = opening.turn, await opening()
        kept = not await self._shy(turn)
        await self._shown(turn, await live.finish(reply, kept=kept, notes=notes))
        if opening.state.started or turn.revision:  # no new message appears, which would end it
            await self.surface.status(turn, None)
        if turn.direct and first and not turn.revision:
            await self.titles.name(turn, turn.text)

    async def _leave(self, turn: Turn) -> None:
        """Nobody waits for this answer any more: asked anew it is rewritten, forgotten removed."""
        await self.surface.status(turn, None)
        if await self.turns.get(turn.team, turn.turn_id) is None:
            await self.removal.remove(turn, None)

    async def _wish(self, known: TurnRecord) -> Wish:
        chosen = known.channel
        return Wish(
            turn=known.turn,
            model=chosen.model or await self.champions.champion(known.turn.team),
            system=chosen.system_prompt or self.system_prompt,
        )

    async def _ask(self, wish: Wish, opening: Opening, after: BotError | None) -> Answer:
        if after is not None:
            return await self.asking.instead(wish, opening, after)
        return await self.asking.ask(wish, opening)

    async def _say(self, turn: Turn, text: str, outcome: Outcome = Outcome.SENTENCE) -> None:
        """A sentence of the bot itself; where an earlier answer stands, that stays, above it."""
        state = await self.turns.state(turn)
        if not await self.turns.start(turn):
            await self._leave(turn)
            return
        if state.replaced is not None:
            if not await self.turns.save_reply(turn, state.replaced, notes=[text]):
                await self._leave(turn)
                return
            await self._finish(
                Opening(self.surface, turn, state), state.replaced, [text], first=False
            )
        else:
            ts = await self.surface.say(turn, state.posted_ts, text, resumed=state.started)
            await self._shown(turn, ts)
        self.metrics.ended(outcome)

    async def _shown(self, turn: Turn, ts: str) -> None:
        """Note it; where the question was deleted in the meantime, take the answer away again."""
        if await self.turns.answered(turn, ts):
            await self._keep_nothing(turn)
        elif await self.turns.get(turn.team, turn.turn_id) is None:
            await self.removal.remove(turn, ts)

    async def _keep_nothing(self, turn: Turn) -> None:
        """Of who wants nothing stored, nothing but the mark that this was answered."""
        if await self._shy(turn):
            await self.privacy.forget_turn(turn.team, turn.turn_id)

    async def _withdraw(self, turn: Turn, state: TurnState) -> None:
        """The question was deleted before it was answered: so is what was begun of an answer."""
        if state.started:
            with suppress(SurfaceRefused):
                await self.removal.remove(turn, state.posted_ts)
        await self.privacy.forget_turn(turn.team, turn.turn_id)

    async def _shy(self, turn: Turn) -> bool:
        return (await self.preferences.person(turn.team, turn.user)).opted_out

    async def _texts(self, turn: Turn, chosen: ChannelSettings | None = None) -> ChatTexts:
        """`chosen`: the channel's settings, where they were read just now."""
        languages = self.languages
        return texts(await languages.language(turn.team, turn.user, turn.channel, chosen)).chat
