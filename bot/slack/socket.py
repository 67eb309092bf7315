"""Socket Mode: deliveries come over one connection that we open, and are taken as over HTTP."""

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.entrance import Entrance


class Socket(AsyncSocketModeHandler):
    """What people write goes the short way, all else to Bolt; unanswered, Slack sends it again."""

    def __init__(self, bolt: AsyncApp, entrance: Entrance, app_token: str) -> None:
        super().__init__(bolt, app_token)
        self._entrance = entrance

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Answer one delivery."""
        taken = await self._entrance.take(req.payload) if req.type == "events_api" else None
        if taken is None:
            await super().handle(client, req)
        elif taken == 200:
            answer = SocketModeResponse(envelope_id=req.envelope_id)
            await client.send_socket_mode_response(answer)
