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
from bot.loop import event_loop

FIRST, NEXT, TOKENS = 0.05, 0.005, 60  # seconds, seconds, pieces
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
        self.messages: dict[str, Json] = {}
        self._stamp = int(time.time())
        self._count = 0

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """A streamed chat completion."""
        body = await request.json()
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
        given = await _given(request)
        ts = str(given.get("ts") or "")
        if method in ("chat.postMessage", "chat.startStream"):
            self._count += 1
            ts = f"{self._stamp}.{self._count:06d}"
            self.messages[ts] = {"thread": given.get("thread_ts"), "text": _text(given)}
        elif method == "chat.update":
            self.messages.setdefault(ts, {"thread": None})["text"] = _text(given)
        elif method in ("chat.appendStream", "chat.stopStream"):
            self.messages[ts]["text"] += _text(given, grows=True)
        elif method == "chat.delete":
            self.messages.pop(ts, None)
        self._see(ts)
        return web.json_response({"ok": True, **_about(method), "ts": ts or f"{time.time():.6f}"})

    def _see(self, ts: str) -> None:
        """When the first piece of an answer stood in Slack."""
        text = self.messages.get(ts, {}).get("text", "")
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
            "texts": [message["text"] for message in self.messages.values()],
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


def _text(given: Json, *, grows: bool = False) -> str:
    """What a message shows of the answer, in whichever field it came."""
    chunks = given.get("chunks") or []
    chunks = json.loads(chunks) if isinstance(chunks, str) else chunks
    streamed = "".join(str(chunk.get("text", "")) for chunk in chunks)
    streamed = str(given.get("markdown_text") or "") + streamed
    if streamed or grows:
        return streamed
    blocks = given.get("blocks") or []
    blocks = json.loads(blocks) if isinstance(blocks, str) else blocks
    shown = "".join(str(block.get("text", "")) for block in blocks if block["type"] == "markdown")
    return shown or str(given.get("text") or "")


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
