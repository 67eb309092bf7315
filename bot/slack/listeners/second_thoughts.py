"""The asker changes a question, or deletes it: before it was answered, while it is, or afterwards.

Slack may deliver this twice, and before the message itself; what stands in the end is the same.
"""

from collections.abc import Mapping
from typing import Any

from bot.domain.conversation import Turn
from bot.slack.blocks.turn import offer_again
from bot.slack.listeners.addressing import Event, Me, asked, called, concerns, too_often
from bot.slack.services import Services
from bot.slack.whisper import whisper
from bot.slack.written import written


async def changed(services: Services, team: str, event: Mapping[str, Any], me: Me) -> None:
    """Answer the new question instead of the old one; offer it where the old one is answered."""
    now, before = _inner(event, "message"), _inner(event, "previous_message")
    if now.get("subtype") == "tombstone":  # the root of a thread, deleted
        await forget(services, team, f"{event['channel']}:{now['ts']}")
        return
    turn = asked(team, now, me)
    if turn is None or not edited(now, before):
        return
    known = await services.turns.get(team, turn.turn_id)
    if known is None:
        await _unknown(services, turn, now, before, me)
    else:
        await _known(services, known, turn)


async def deleted(services: Services, team: str, event: Mapping[str, Any], me: Me) -> None:
    """Forget the question; an answer that was not finished goes with it."""
    if not me.wrote(event.get("previous_message") or {}):
        await forget(services, team, f"{event['channel']}:{event['deleted_ts']}")


async def _unknown(services: Services, turn: Turn, now: Event, before: Event, me: Me) -> None:
    """A mention that was added later asks; else the message is still to come, or too old."""
    if not await concerns(services, turn, now, me):
        return
    if called(now, me) and before and not called(before, me):
        if not await too_often(services, turn) and await services.turns.accept(turn):
            await services.tasks.answer(turn)
        return
    if await services.turns.expect(turn):  # it came meanwhile
        known = await services.turns.get(turn.team, turn.turn_id)
        if known is not None:
            await _known(services, known, turn)


async def _known(services: Services, known: Turn, turn: Turn) -> None:
    if known.user != turn.user or known.withdrawn:
        return
    if known.edited_at >= turn.edited_at:
        if known.edited_at == turn.edited_at and not (await services.turns.state(known)).answered:
            await services.tasks.answer(known)  # a redelivery: it may not be queued yet
        return
    if (known.text, known.files) == (turn.text, turn.files):
        return
    asks = known.model_copy(
        update={
            "text": turn.text,
            "files": turn.files,
            "edited_at": turn.edited_at,
            "aside": turn.aside,
            "revision": known.revision + 1,
        }
    )
    answered = (await services.turns.state(known)).answered
    if answered and not (known.aside and not asks.aside):
        await _offer(services, asks)
    elif await services.turns.revise(asks):
        await services.tasks.answer(asks)


async def _offer(services: Services, asks: Turn) -> None:
    await services.turns.offer(asks)
    if asks.aside:
        return
    said = (await services.texts(asks.team, asks.user)).chat
    await whisper(services.clients, asks, asks.user, said.edited, offer_again(asks.turn_id, said))


async def forget(services: Services, team: str, turn_id: str) -> None:
    """Forget a question; an answer that was not finished goes with it."""
    known = await services.turns.get(team, turn_id)
    if known is not None and not (await services.turns.state(known)).answered:
        gone = {"text": "", "files": (), "withdrawn": True, "revision": known.revision + 1}
        if not known.withdrawn:
            await services.turns.revise(known.model_copy(update=gone))
        if (standing := await services.turns.get(team, turn_id)) is not None:
            await services.tasks.answer(standing)
        return
    await services.privacy.forget_turn(team, turn_id)
    await services.turns.forget(team, turn_id)  # also one that is still to be delivered


def edited(now: Event, before: Event) -> bool:
    """Whether the writer changed what is said; previews of links and counters change nothing."""
    edited = now.get("edited") or {}
    if not edited or edited.get("user", now.get("user")) != now.get("user"):
        return False
    return not before or written(now) != written(before) or _ids(now) != _ids(before)


def _ids(message: Event) -> list[str]:
    return [str(each.get("id")) for each in message.get("files") or ()]


def _inner(event: Event, name: str) -> Mapping[str, Any]:
    """A message inside the event, as it would be delivered alone; empty where there is none."""
    message = event.get(name)
    if not message:
        return {}
    outer = {"type": "message", "channel": event["channel"]}
    return {**message, **outer, "channel_type": event.get("channel_type")}
