"""Stop an answer, have it answered again: by the asker, or by a curator.

Ids carried by Slack are input: turns are looked up in the sender's workspace, and must have been
asked in the channel that the click comes from.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.domain.conversation import Turn, turn_id_of
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.whisper import whisper

Body = Mapping[str, Any]


class TurnButtons:
    """Listeners of what can be done about one turn."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def stop(
        self, ack: AsyncAck, body: Body, action: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """End an answer that is being written; what stands there stays."""
        await ack()
        team, user = team_of(context), str(context.user_id)
        container, named = body["container"], str(action.get("value") or "")
        turn = await self._turn(
            team, container["channel_id"], container["message_ts"], body, named=named
        )
        if turn is None or (await self._services.turns.state(turn)).answered:
            return
        if await self._may(turn, user):
            await self._services.turns.stop(turn)
            return
        said = (await self._services.texts(team, user)).chat
        await whisper(self._services.clients, turn, user, said.stop_not_yours)

    async def try_again(
        self, ack: AsyncAck, body: Body, context: AsyncBoltContext, respond: AsyncRespond
    ) -> None:
        """Ask the same question once more; the answer is rewritten where it stands."""
        await ack()
        team, user = team_of(context), str(context.user_id)
        turn = await self._turn(team, body["channel"]["id"], body["message"]["ts"], body)
        said = (await self._services.texts(team, user)).chat
        if turn is None or turn.withdrawn:
            await respond(said.again_unknown, response_type="ephemeral", replace_original=False)
        elif not await self._may(turn, user):
            await whisper(self._services.clients, turn, user, said.again_not_yours)
        elif not (await self._services.turns.state(turn)).answered:
            await self._services.tasks.answer(turn)  # unless it is, as after a crash
            await whisper(self._services.clients, turn, user, said.again_at_work)
        else:
            await self._again(turn)

    async def answer_again(
        self,
        ack: AsyncAck,
        body: Body,
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        respond: AsyncRespond,
    ) -> None:
        """The asker changed the question and wants the new one answered."""
        await ack()
        team, user = team_of(context), str(context.user_id)
        said = (await self._services.texts(team, user)).chat
        turn = await self._services.turns.get(team, str(action.get("value")))
        offered = turn and await self._services.turns.offered(team, turn.turn_id)
        if turn is None or turn.channel != body["container"]["channel_id"] or turn.user != user:
            await respond(said.again_unknown, replace_original=True)
            return
        if offered is not None:
            await self._again(offered.model_copy(update={"revision": turn.revision}))
        else:
            await self._services.tasks.answer(turn)  # a second click, or one after a crash
        await respond(said.answering_again, replace_original=True)

    async def _again(self, turn: Turn) -> None:
        """Two clicks at once are one revision: both would make the same one."""
        again = turn.model_copy(update={"revision": turn.revision + 1})
        await self._services.turns.revise(again)
        await self._services.tasks.answer(again)

    async def _turn(
        self, team: str, channel: str, ts: str, body: Body, *, named: str = ""
    ) -> Turn | None:
        """The turn that a message answers: by where it stands, else by its button or its mark."""
        turn = await self._services.turns.turn_at(team, channel, ts)
        mark = ((body.get("message") or {}).get("metadata") or {}).get("event_payload") or {}
        marked = named or turn_id_of(str(mark.get("reply_id") or ""))
        if turn is None and marked:
            turn = await self._services.turns.get(team, marked)
        return turn if turn is not None and turn.channel == channel else None

    async def _may(self, turn: Turn, user: str) -> bool:
        return turn.user == user or await self._services.roles.is_curator(turn.team, user)
