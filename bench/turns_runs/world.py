"""A stand-in for Slack's Web API and for the model, as a process of its own; it notes when what came.

    python -m bench.turns_runs.world PORT

A question carries a mark (`turn-17-ab`); the answer to it is TOKENS pieces that carry the mark and a
number, so that every text can be audited. Times are of CLOCK_MONOTONIC, which all processes share.
"""

import asyncio
import contextlib
import json
import re
import sys
import time
from collections import defaultdict
from typing import Any

from aiohttp import web

from bench.stage.slack import CHANNEL, ME, TEAM
from bench.turns_runs.messages import STREAMS, Messages, Refused
from bot.loop import event_loop

FIRST, NEXT, TOKENS = 0.05, 0.005, 60  # seconds, seconds, pieces
WRITE = ("chat.postMessage", "chat.update", "chat.delete", *STREAMS)
MARK = re.compile(r"turn-\d+-[a-z0-9]+")
Json = dict[str, Any]


def token(mark: str, number: int) -> str:
    """The piece with this number of the answer to a mark."""
    return f"{mark}.{number:02d} "


class World:
    """Everything that was asked, said and shown since the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget it all."""
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.first: dict[str, float] = {}
        self.seen: dict[str, float] = {}
        self.calls: dict[str, int] = defaultdict(int)
        self.messages = Messages()

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """A streamed chat completion."""
        try:
            body = await request.json()
        except ConnectionError:  # who asked was killed
            return web.Response()
        said = [m["content"] for m in body["messages"] if m["role"] == "user"]
        mark = MARK.findall(json.dumps(said[-1]))[-1]
        self.asked[mark].append(time.monotonic())
        if not body.get("stream"):
            await asyncio.sleep(FIRST + NEXT * TOKENS)
            return web.json_response(_whole("".join(token(mark, n) for n in range(TOKENS))))
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        with contextlib.suppress(ConnectionError):  # who asked was killed
            await answer.prepare(request)
            await self._say(mark, answer)
        return answer

    async def _say(self, mark: str, answer: web.StreamResponse) -> None:
        due = time.monotonic() + FIRST
        for number in range(TOKENS):
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += NEXT
            self.first.setdefault(mark, time.monotonic())
            await answer.write(_chunk({"content": token(mark, number)}))
        await answer.write(_chunk({}, "stop") + b"data: [DONE]\n\n")

    async def slack(self, request: web.Request) -> web.Response:
        """Any method; what writes is kept as Slack would show it."""
        method = request.match_info["method"]
        self.calls[method] += 1
        try:
            given = await _given(request)
        except ConnectionError:  # who called was killed
            return web.Response()
        if method == "conversations.replies":
            return web.json_response({"ok": True, "messages": self.messages.replies(given)})
        ts = f"{time.time():.6f}"
        if method in WRITE:
            try:
                ts = self.messages.write(method, given)
            except Refused as error:
                return web.json_response({"ok": False, "error": str(error)})
            self._see(ts)
        return web.json_response({"ok": True, **_about(method), "ts": ts})

    def _see(self, ts: str) -> None:
        """When the first piece of an answer stood in Slack."""
        text = self.messages.text(ts)
        for mark in set(MARK.findall(text[:200])):
            if token(mark, 0).strip() in text:
                self.seen.setdefault(mark, time.monotonic())

    async def report(self, _request: web.Request) -> web.Response:
        """What was noted, as JSON."""
        found = {
            "asked": self.asked,
            "first": self.first,
            "seen": self.seen,
            "calls": self.calls,
            "texts": self.messages.texts(),
        }
        return web.json_response(found)

    async def forget(self, _request: web.Request) -> web.Response:
        """Begin anew."""
        self.reset()
        return web.json_response({})


def _about(method: str) -> Json:
    """What a method tells besides."""
    person = {"id": "U0PERSON", "name": "p", "profile": {"display_name": "p"}, "locale": "en-US"}
    known: dict[str, Json] = {
        "auth.test": ME,
        "users.info": {"user": person},
        "conversations.info": {"channel": {"id": CHANNEL, "name": "bench"}},
        "team.info": {"team": {"id": TEAM}},
    }
    return known.get(method, {"channel": CHANNEL, "messages": [], "members": []})


async def _given(request: web.Request) -> Json:
    """What a method is called with, in any of the ways that Slack understands."""
    if request.content_type != "application/json":
        return {**request.query, **await request.post()}
    body = await request.text()
    return {**request.query, **(json.loads(body) if body else {})}


def _chunk(delta: Json, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "any"}
    return f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode()


def _whole(text: str) -> Json:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
    }
    usage = {"prompt_tokens": 1, "completion_tokens": TOKENS, "total_tokens": TOKENS + 1}
    about = {"id": "c", "object": "chat.completion", "created": 0, "model": "any"}
    return {**about, "choices": [choice], "usage": usage}


def main() -> None:
    """Serve until killed."""
    world, app = World(), web.Application()
    app.router.add_post("/v1/chat/completions", world.complete)
    app.router.add_route("*", "/api/{method}", world.slack)
    app.router.add_get("/report", world.report)
    app.router.add_post("/reset", world.forget)
    port, loop = int(sys.argv[1]), event_loop()
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None, loop=loop)


if __name__ == "__main__":
    main()
