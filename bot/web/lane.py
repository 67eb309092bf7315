"""Deliveries go straight to their route, not through everything that pages need.

Of a burst, the framework's way to a route costs as much as all that is done there. What the route
itself answers is the same either way; it stands in the framework too, for the OpenAPI document.
"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Lane:
    """ASGI middleware; put it within the limits."""

    def __init__(
        self, app: ASGIApp, *, path: str, deliver: Callable[[Request], Awaitable[Response]]
    ) -> None:
        self._app, self._path, self._deliver = app, path, deliver

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Posts to `path` to `deliver`, which raises nothing; all else on."""
        if scope["type"] != "http" or (scope["method"], scope["path"]) != ("POST", self._path):
            await self._app(scope, receive, send)
            return
        response = await self._deliver(Request(scope, receive))
        await response(scope, receive, send)
