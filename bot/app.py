"""The web server: /slack/events, health, metrics and the curation pages.

Requests come from Slack (signed), from an orchestrator's probes and from curators' browsers; all
are handed on to Bolt, to `probes.py` or to `web/`. Nothing is decided here.
"""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI, Request, Response
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp

from bot.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.web.learn import mount_learn
from bot.web.pages import Pages

AT_ONCE = 48  # deliveries that Bolt handles; the others wait, and so does what they hold
BODY_LIMIT = 1_000_000  # bytes; Slack's largest payloads (modals with long texts) stay far below


def create_app(bolt: AsyncApp, probes: Callable[[FastAPI], None], pages: Pages) -> FastAPI:
    """The HTTP surface over parts that are already wired."""
    app = FastAPI(title="Apprentice", docs_url=None, redoc_url=None, openapi_url=None)
    slack, room = AsyncSlackRequestHandler(bolt), asyncio.Semaphore(AT_ONCE)

    @app.post(EVENTS_PATH)
    async def slack_events(request: Request) -> Response:
        async with room:
            refusal = await _refuse(request)
            return refusal or await slack.handle(request)

    @app.get(INSTALL_PATH)
    @app.get(REDIRECT_PATH)
    async def slack_install(request: Request) -> Response:
        return await slack.handle(request)  # 404 where the app is for one workspace

    probes(app)
    pages.mount(app)
    mount_learn(app)
    return app


async def _refuse(request: Request) -> Response | None:
    """Turn away what Bolt could not even check: too long, not text, a timestamp that is none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return Response("too long", status_code=413)
    request._body = bytes(body)  # noqa: SLF001  # Starlette's own cache: Bolt reads the body again
    try:
        body.decode()
        int(request.headers.get("x-slack-request-timestamp", "0"))
    except ValueError:
        return Response("bad request", status_code=400)
    return None
