"""Socket Mode: deliveries come over one connection that we open, and are taken as over HTTP."""

import json
from time import time

import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.entrance import Entrance
from bot.slack.in_time import PATIENCE, Late, in_time
from bot.slack.listeners.mishaps import MISREAD
from bot.slack.payload import storable
from bot.slack.regrets import regret

log = structlog.get_logger(__name__)
BY_A_PERSON = ("interactive", "slash_commands")  # Slack sends these once


class Socket(AsyncSocketModeHandler):
    """What people write goes the short way, all else to Bolt; unanswered, Slack sends it again."""

    def __init__(
        self, bolt: AsyncApp, entrance: Entrance, app_token: str, patience: float = PATIENCE
    ) -> None:
        super().__init__(bolt, app_token)
        self._entrance, self._patience = entrance, patience

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one delivery; what could never be stored is taken, or it would come again."""
        if not storable(req.payload):
            log.error("payload_not_readable", kind=req.type)
            answer = SocketModeResponse(envelope_id=req.envelope_id)
            await client.send_socket_mode_response(answer)
            return
        if req.type in BY_A_PERSON:
            await self._by_a_person(client, req)
            return
        taken = await self._entrance.take(req.payload) if req.type == "events_api" else None
        if taken is None:
            await super().handle(client, req)
        elif taken == 200:
            answer = SocketModeResponse(envelope_id=req.envelope_id)
            await client.send_socket_mode_response(answer)

    async def _by_a_person(self, client: SocketModeClient, req: SocketModeRequest) -> None:
        """Who clicked hears of what failed or takes longer, as over HTTP."""
        late, start = False, time()
        try:
            response = await in_time(run_async_bolt_app(self.app, req), self._patience)
        except Late:
            late = True
        except Exception:  # Redis is away, mostly
            log.exception("delivery_failed")
        else:
            if response.status < 500:
                await send_async_response(client, req, response, start)
                return
        try:
            told = await regret(req.payload, late=late)
        except MISREAD:  # a shape that has no place for words
            return
        if told.status_code == 200:
            payload = json.loads(bytes(told.body)) if told.body else None
            answer = SocketModeResponse(envelope_id=req.envelope_id, payload=payload)
            await client.send_socket_mode_response(answer)
