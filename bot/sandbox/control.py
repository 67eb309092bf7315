"""`/sandbox/api/*`: act as a person and look at what they see. Used by the page, a headless tour, tests.

Errors are `{"error": "<one sentence>"}` with a 4xx.
"""

import json
import secrets
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from bot.sandbox import interactions, posting
from bot.sandbox import control_requests as ask
from bot.sandbox.composer import compose
from bot.sandbox.config import Json
from bot.sandbox.dispatcher import Answer
from bot.sandbox.errors import BadRequest
from bot.sandbox.message_store import Message
from bot.sandbox.payloads import home_event, rich_text
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.snapshot import snapshot
from bot.sandbox.state import new_channel
from bot.sandbox.view_store import View
from bot.sandbox.workspace import BOT_USER, COMMANDS, PEOPLE, SHORTCUTS, TEAM_ID, direct_channel


def routes(sandbox: Sandbox) -> APIRouter:
    """The whole control API on two screens."""
    router = APIRouter(prefix="/sandbox/api")

    @router.get("/state")
    async def state(user: str) -> Json:
        return snapshot(sandbox, _person(user))

    @router.get("/events")
    async def events(user: str) -> StreamingResponse:
        _person(user)
        return StreamingResponse(
            _event_stream(sandbox),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    @router.post("/message")
    async def message(body: ask.PostMessage) -> Json:
        channel = _channel(sandbox, body.user, body.channel)
        text = compose(body.text.strip())
        if not text:
            raise BadRequest("A message needs some text.")
        fields = {
            "user": body.user,
            "client_msg_id": secrets.token_hex(16),
            "team": TEAM_ID,
            "text": text,
            "blocks": rich_text(text),
        }
        if body.thread_ts and not sandbox.state.messages.get(channel["id"], body.thread_ts):
            raise BadRequest(
                f"There is no message {body.thread_ts} in {channel['id']} to reply to.", 404
            )
        posted = posting.post(sandbox, channel, fields, thread_ts=body.thread_ts)
        return {"ts": posted.ts, "thread_ts": posted.thread_ts}

    @router.post("/edit")
    async def edit(body: ask.EditMessage) -> Json:
        message = _own_message(sandbox, body.user, body.channel, body.message_ts)
        text = compose(body.text.strip())
        edited = {"user": body.user, "ts": f"{time.time():.6f}"}
        posting.edit(sandbox, message, text=text, blocks=rich_text(text), edited=edited)
        return {"ts": message.ts}

    @router.post("/delete")
    async def delete(body: ask.NamedMessage) -> Json:
        message = _own_message(sandbox, body.user, body.channel, body.message_ts)
        posting.delete(sandbox, message)
        return {"ts": message.ts}

    @router.post("/reaction")
    async def reaction(body: ask.React) -> Json:
        message = _message(sandbox, body.user, body.channel, body.message_ts)
        change = posting.unreact if body.remove else posting.react
        return {"changed": change(sandbox, message, body.user, body.name.strip(":"))}

    @router.post("/click")
    async def click(body: ask.Click, request: Request) -> Json:
        wanted = body.model_dump()
        if body.view_id:
            view = _view(sandbox, body.user, body.view_id)
            return _told(await interactions.click_in_view(sandbox, body.user, view, wanted))
        channel = _channel(sandbox, body.user, body.channel or "")
        message = _message(sandbox, body.user, channel["id"], body.message_ts or "")
        answer = await interactions.click_in_message(
            sandbox, body.user, message, channel, wanted, base_url=_base(request)
        )
        return _told(answer)

    @router.post("/command")
    async def command(body: ask.SlashCommand, request: Request) -> Json:
        channel = _channel(sandbox, body.user, body.channel)
        known = [each.command for each in COMMANDS]
        if body.command not in known:
            raise BadRequest(
                f"{body.command} is not a valid command; there is: {', '.join(known)}.", 404
            )
        answer, text = await interactions.command(
            sandbox, body.user, channel, body.command, body.text, base_url=_base(request)
        )
        return {**_told(answer), "ack": text}

    @router.post("/shortcut")
    async def shortcut(body: ask.UseShortcut, request: Request) -> Json:
        channel = _channel(sandbox, body.user, body.channel)
        message = _message(sandbox, body.user, body.channel, body.message_ts)
        known = [each.callback_id for each in SHORTCUTS]
        if body.callback_id not in known:
            raise BadRequest(
                f"There is no shortcut {body.callback_id!r}; there is: {', '.join(known)}.", 404
            )
        answer = await interactions.shortcut(
            sandbox, body.user, message, channel, body.callback_id, base_url=_base(request)
        )
        return _told(answer)

    @router.post("/submit")
    async def submit(body: ask.Submit) -> Json:
        view = _view(sandbox, body.user, body.view_id)
        return await interactions.submit(sandbox, body.user, view, body.values)

    @router.post("/close")
    async def close(body: ask.Close) -> Json:
        view = _view(sandbox, body.user, body.view_id)
        await interactions.close(sandbox, body.user, view, everything=body.everything)
        return {}

    @router.post("/home")
    async def home(body: ask.OpenHome) -> Json:
        user = _person(body.user)
        view = sandbox.state.views.home(user)
        event = home_event(
            user,
            direct_channel(user),
            body.tab,
            view.body if view else None,
            sandbox.state.messages.next_ts(),
        )
        sandbox.dispatcher.event(event)
        return {}

    @router.post("/channels")
    async def channels(body: ask.NewChannel) -> Json:
        user = _person(body.user)
        members = [user] if body.is_private else [person.user_id for person in PEOPLE]
        made = new_channel(
            "C" + secrets.token_hex(5).upper(),
            body.name,
            [*members, *([BOT_USER] if body.with_bot else [])],
            is_private=body.is_private,
        )
        sandbox.state.channels.save(made)
        sandbox.changes.announce()
        return {"channel": made["id"]}

    @router.get("/deliveries")
    async def deliveries(limit: int = 500) -> Json:
        pending = sandbox.state.deliveries.pending()
        return {
            "deliveries": sandbox.state.deliveries.attempts(limit),
            "pending": [{"kind": each.kind, "attempt": each.attempt} for each in pending],
        }

    @router.post("/faults")
    async def faults(body: ask.OrderFaults) -> Json:
        present = sandbox.dispatcher.faults
        present.copies = body.copies or present.copies
        if body.refuse is not None:
            present.refuse = {
                method: {"error": "ratelimited", "times": 1, **order}
                for method, order in body.refuse.items()
            }
        return {"copies": present.copies, "refuse": present.refuse}

    return router


async def _event_stream(sandbox: Sandbox) -> AsyncIterator[str]:
    async for version in sandbox.changes.listen():
        yield f"event: change\ndata: {json.dumps({'version': version})}\n\n"


def _told(answer: Answer) -> Json:
    return {"accepted": answer.accepted, "status": answer.status, "reason": answer.reason}


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _person(user: str) -> str:
    known = [person.user_id for person in PEOPLE]
    if user not in known:
        raise BadRequest(
            f"There is no person {user!r} to act as; there are: {', '.join(known)}.", 404
        )
    return user


def _channel(sandbox: Sandbox, user: str, channel_id: str) -> Json:
    channel = sandbox.state.channels.get(channel_id)
    if channel is None or _person(user) not in channel["members"]:
        raise BadRequest(f"{user} sees no channel {channel_id!r}.", 404)
    return channel


def _message(sandbox: Sandbox, user: str, channel_id: str, ts: str) -> Message:
    channel = _channel(sandbox, user, channel_id)
    message = sandbox.state.messages.get(channel["id"], ts)
    if message is None or message.visible_to not in (None, user):
        raise BadRequest(f"{user} sees no message {ts!r} in {channel_id}.", 404)
    return message


def _own_message(sandbox: Sandbox, user: str, channel_id: str, ts: str) -> Message:
    """One's own message; or one that only this person sees, which they may dismiss."""
    message = _message(sandbox, user, channel_id, ts)
    if user not in (message.body.get("user"), message.visible_to):
        raise BadRequest("Only the author may change a message.", 403)
    return message


def _view(sandbox: Sandbox, user: str, view_id: str) -> View:
    view = sandbox.state.views.get(view_id)
    if view is None or view.user != _person(user):
        raise BadRequest(f"{user} has no open view {view_id!r}.", 404)
    return view
