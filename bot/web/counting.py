"""Counts Slack's deliveries by how they were answered, around everything that could answer them."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.metrics import Metrics


class Counted:
    """ASGI middleware for the one path that Slack delivers to."""

    def __init__(self, app: ASGIApp, metrics: Metrics, path: str) -> None:
        self._app, self._metrics, self._path = app, metrics, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An exception is a 500 to Slack; one that is gone before the answer heard nothing."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        repeated = Headers(scope=scope).get("x-slack-retry-reason")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.delivered(message["status"], repeated=repeated)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            self._metrics.delivered(500, repeated=repeated)
            raise
