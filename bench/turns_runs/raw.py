"""The limit: an aiohttp handler that keeps nothing, checks nothing twice and shows no buttons.

    python -m bench.turns_runs.raw PORT WORLD

It checks the signature, answers 200, asks the model with the openai SDK, and streams what comes into
Slack: the first piece at once, what follows five times a second. On uvloop, as ours.
"""

import asyncio
import json
import sys
import time
from typing import Any

import openai
from aiohttp import web
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bench.stage.slack import SECRET
from bot.loop import event_loop

PAUSE = 0.2  # seconds between two pieces


class Raw:
    """Everything in memory."""

    def __init__(self, world: str) -> None:
        self._slack = AsyncWebClient(token="xoxb-bench", base_url=f"{world}/api/")
        self._model = openai.AsyncOpenAI(base_url=f"{world}/v1", api_key="none")
        self._verifier = SignatureVerifier(SECRET)
        self._under_way: set[asyncio.Task[None]] = set()

    async def delivery(self, request: web.Request) -> web.Response:
        """200 first, the answer then."""
        body = await request.read()
        if not self._verifier.is_valid_request(body, dict(request.headers)):
            return web.Response(status=401)
        task = asyncio.create_task(self._answer(json.loads(body)["event"]))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return web.Response()

    async def _answer(self, event: dict[str, Any]) -> None:
        stream = await self._model.chat.completions.create(
            model="any", messages=[{"role": "user", "content": event["text"]}], stream=True
        )
        where = {"channel": event["channel"], "thread_ts": event["ts"]}
        ts, waiting, sent = "", "", 0.0
        sending: asyncio.Task[Any] | None = None
        async for chunk in stream:
            waiting += chunk.choices[0].delta.content or ""
            busy = sending is not None and not sending.done()
            if not waiting or busy or time.monotonic() - sent < PAUSE:
                continue
            ts = sending.result()["ts"] if sending is not None else ts
            call = (
                self._slack.chat_appendStream(
                    channel=event["channel"], ts=ts, markdown_text=waiting
                )
                if ts
                else self._slack.chat_startStream(**where, markdown_text=waiting)
            )
            sending, waiting, sent = asyncio.create_task(call), "", time.monotonic()
        ts = (await sending)["ts"] if sending is not None else ts
        end = {"markdown_text": waiting} if waiting else {}
        await self._slack.chat_stopStream(channel=event["channel"], ts=ts, **end)


async def _healthy(_request: web.Request) -> web.Response:
    return web.Response()


def main() -> None:
    """Serve until killed."""

    async def made() -> web.Application:
        app = web.Application()
        app.router.add_post("/slack/events", Raw(sys.argv[2]).delivery)
        app.router.add_get("/healthz", _healthy)
        return app

    port, loop = int(sys.argv[1]), event_loop()
    web.run_app(made(), host="127.0.0.1", port=port, print=None, access_log=None, loop=loop)


if __name__ == "__main__":
    main()
