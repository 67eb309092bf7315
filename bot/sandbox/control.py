"""`/sandbox/api/*`: act as a person and look at what they see. Used by the page, a headless tour, tests.

Errors are `{"error": "<one sentence>"}` with a 4xx.
"""

import json
import secrets
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse

from bot.sandbox import control_find as find
from bot.sandbox import control_requests as ask
from bot.sandbox import interactions, posting
from bot.sandbox.config import Json
from bot.sandbox.control_posting import Writing
from bot.sandbox.dispatcher import Answer
from bot.sandbox.emoji import is_emoji
from bot.sandbox.errors import BadRequest
from bot.sandbox.payloads import home_event
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.snapshot import snapshot
from bot.sandbox.state import new_channel
from bot.sandbox.workspace import BOT_USER, COMMANDS, PEOPLE, SHORTCUTS, direct_channel


def routes(sandbox: Sandbox) -> APIRouter:
    """The whole control API on one screen."""
    control, writing = Control(sandbox), Writing(sandbox)
    router = APIRouter(prefix="/sandbox/api")
    router.get("/state")(control.state)
    router.get("/events")(control.events)
    router.post("/message")(writing.message)
    router.post("/bot_message")(writing.bot_message)
    router.post("/upload")(writing.upload)
    router.post("/edit")(writing.edit)
    router.post("/delete")(writing.delete)
    router.post("/reaction")(control.reaction)
    router.post("/click")(control.click)
    router.post("/command")(control.command)
    router.post("/shortcut")(control.shortcut)
    router.post("/submit")(control.submit)
    router.post("/close")(control.close)
    router.post("/home")(control.home)
    router.post("/channels")(control.channels)
    router.get("/deliveries")(control.deliveries)
    router.post("/faults")(control.faults)
    return router


class Control:
    """One method per route: find what is named, let the person do it, say what became of it."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def state(self, user: str) -> JSONResponse:
        return JSONResponse(snapshot(self._sandbox, find.person(user)))

    async def events(self, user: str) -> StreamingResponse:
        find.person(user)
        return StreamingResponse(
            _event_stream(self._sandbox),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def reaction(self, body: ask.React) -> Json:
        message = find.message(self._sandbox, body.user, body.channel, body.message_ts)
        name = body.name.strip(":")
        if not is_emoji(name):
            raise BadRequest(f"There is no emoji :{name}: in this workspace.")
        change = posting.unreact if body.remove else posting.react
        return {"changed": change(self._sandbox, message, body.user, name)}

    async def click(self, body: ask.Click, request: Request) -> Json:
        wanted = body.model_dump()
        if body.view_id:
            view = find.view(self._sandbox, body.user, body.view_id)
            return _told(await interactions.click_in_view(self._sandbox, body.user, view, wanted))
        channel = find.channel(self._sandbox, body.user, body.channel or "")
        message = find.message(self._sandbox, body.user, channel["id"], body.message_ts or "")
        answer = await interactions.click_in_message(
            self._sandbox, body.user, message, channel, wanted, base_url=_base(request)
        )
        return _told(answer)

    async def command(self, body: ask.SlashCommand, request: Request) -> Json:
        channel = find.channel(self._sandbox, body.user, body.channel)
        known = [each.command for each in COMMANDS]
        if body.command not in known:
            raise BadRequest(
                f"{body.command} is not a valid command; there is: {', '.join(known)}.", 404
            )
        answer, text = await interactions.command(
            self._sandbox, body.user, channel, body.command, body.text, base_url=_base(request)
        )
        return {**_told(answer), "ack": text}

    async def shortcut(self, body: ask.UseShortcut, request: Request) -> Json:
        channel = find.channel(self._sandbox, body.user, body.channel)
        message = find.message(self._sandbox, body.user, body.channel, body.message_ts)
        known = [each.callback_id for each in SHORTCUTS]
        if body.callback_id not in known:
            raise BadRequest(
                f"There is no shortcut {body.callback_id!r}; there is: {', '.join(known)}.", 404
            )
        answer = await interactions.shortcut(
            self._sandbox, body.user, message, channel, body.callback_id, base_url=_base(request)
        )
        return _told(answer)

    async def submit(self, body: ask.Submit) -> Json:
        view = find.view(self._sandbox, body.user, body.view_id)
        return await interactions.submit(self._sandbox, body.user, view, body.values)

    async def close(self, body: ask.Close) -> Json:
        view = find.view(self._sandbox, body.user, body.view_id)
        await interactions.close(self._sandbox, body.user, view, everything=body.everything)
        return {}

    async def home(self, body: ask.OpenHome) -> Json:
        user = find.person(body.user)
        view = self._sandbox.state.views.home(user)
        event = home_event(
            user,
            direct_channel(user),
            body.tab,
            view.body if view else None,
            self._sandbox.state.messages.next_ts(),
        )
        self._sandbox.dispatcher.event(event)
        return {}

    async def channels(self, body: ask.NewChannel) -> Json:
        user = find.person(body.user)
        members = [user] if body.is_private else [person.user_id for person in PEOPLE]
        made = new_channel(
            "C" + secrets.token_hex(5).upper(),
            body.name,
            [*members, *([BOT_USER] if body.with_bot else [])],
            is_private=body.is_private,
        )
        self._sandbox.state.channels.save(made)
        self._sandbox.changes.announce()
        return {"channel": made["id"]}

    async def deliveries(self, limit: int = 500) -> Json:
        pending = self._sandbox.state.deliveries.pending()
        return {
            "deliveries": self._sandbox.state.deliveries.attempts(limit),
            "pending": [{"kind": each.kind, "attempt": each.attempt} for each in pending],
        }

    async def faults(self, body: ask.OrderFaults) -> Json:
        present = self._sandbox.dispatcher.faults
        present.copies = body.copies or present.copies
        if body.refuse is not None:
            present.refuse = {
                method: {"error": "ratelimited", "times": 1, **order}
                for method, order in body.refuse.items()
            }
        return {"copies": present.copies, "refuse": present.refuse}


async def _event_stream(sandbox: Sandbox) -> AsyncIterator[str]:
    async for version in sandbox.changes.listen():
        yield f"event: change\ndata: {json.dumps({'version': version})}\n\n"


def _told(answer: Answer) -> Json:
    return {"accepted": answer.accepted, "status": answer.status, "reason": answer.reason}


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
