"""The provider in trouble: 429, 5xx, hanging, streams cut half-way, jobs made but not said."""

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.chaos.plan import Script
from tests.fakes.openai_account import Json, OpenAIStub
from tests.fakes.openai_routes import create_app
from tests.fakes.openai_wire import refusal
from tests.fakes.serving import served

BUSY, BROKEN, HANGS, CUT, DONE_CUT = "429", "5xx", "hangs", "cut half-way", "done, then cut"
ASKED, ELSE = (BUSY, BROKEN, HANGS, CUT, CUT), (BUSY, BROKEN, DONE_CUT)
TRIES = 3  # requests about one thing that may meet trouble; later ones pass
TROUBLED = 0.25  # of the first request about a thing; of each next one
_NUMBER = re.compile(r"Question #(\d+)")


@dataclass
class Models:
    """What the models were asked and meant to say, by question."""

    script: Script
    stub: OpenAIStub
    meant: dict[int, set[str]] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    whole: Counter[int] = field(default_factory=Counter)  # answers that left us to their end
    taught: dict[str, dict[int, str]] = field(default_factory=dict)  # by model
    calm: bool = True

    def answer(self, model: str, messages: list[Json]) -> str:
        """As the script says, unless this model was taught better."""
        number = asked(messages)
        taught = self._taught(model).get(number)
        said = taught or self.script.questions[number].answer
        self.meant.setdefault(number, set()).add(said)
        return said

    def _taught(self, model: str) -> dict[int, str]:
        if model not in self.taught:
            job = next((j for j in self.stub.jobs.values() if j.fine_tuned_model == model), None)
            rows = self.stub.files[job.request["training_file"]].rows() if job else []
            self.taught[model] = {
                asked(row["messages"][:-1]): row["messages"][-1]["content"] for row in rows
            }
        return self.taught[model]

    def trouble(self, thing: str, kinds: tuple[str, ...]) -> str | None:
        """What happens to the next request about a thing."""
        self.tries[thing] += 1
        number = self.tries[thing]
        dice = random.Random(f"{self.script.seed} {thing} {number}")
        if self.calm or number > TRIES or dice.random() > TROUBLED:
            return None
        return dice.choice(kinds)


def asked(messages: list[Json]) -> int:
    """The number of the last question."""
    said = next(m["content"] for m in reversed(messages) if m["role"] == "user")
    return int(_NUMBER.findall(str(said))[-1])


@dataclass
class Trouble:
    """In front of the provider's routes."""

    app: ASGIApp
    models: Models

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        route = f"{scope['method']} {scope['path']}"
        if route == "POST /v1/chat/completions":
            await self._chat(scope, receive, send)
            return
        kind = self.models.trouble(re.sub(r"(ftjob|file)-\S+", "…", route), ELSE)
        await self._else(kind, scope, receive, send)

    async def _chat(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        request = json.loads(body)
        number, stream = asked(request["messages"]), bool(request.get("stream"))
        doomed = stream and self.models.script.questions[number].doomed
        kind = BROKEN if doomed else self.models.trouble(f"{number} {stream}", ASKED)
        dice = random.Random(f"{self.models.script.seed} {number} pace")
        pace = dice.uniform(0.002, 0.02)
        pieces = dice.randrange(2, 12) if kind == CUT else None
        if kind == CUT and not stream:
            kind = BROKEN
        self._count(kind)
        if kind in (BUSY, BROKEN):
            await _refuse(kind, scope, receive, send)
        elif kind == HANGS:
            await asyncio.sleep(dice.uniform(3, 8))
            await _cut_off(send)
        else:
            again = _again(body, receive)
            await self.app(scope, again, self._paced(send, pace, pieces, number, stream))

    def _count(self, kind: str | None) -> None:
        if kind is not None:
            self.models.troubles[kind] += 1

    def _paced(
        self, send: Send, pace: float, pieces: int | None, number: int, stream: bool
    ) -> Send:
        sent = 0

        async def piece(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.body":
                sent += 1
                if pieces is not None and sent > pieces:
                    raise ConnectionResetError  # uvicorn cuts the connection
                await asyncio.sleep(pace if stream and sent < 100 else 0)
            await send(message)
            if not message.get("more_body", False) and message["type"] == "http.response.body":
                self.models.whole[number] += stream

        return piece

    async def _else(self, kind: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        self._count(kind)
        if kind in (BUSY, BROKEN):
            await _refuse(kind, scope, receive, send)
        elif kind == DONE_CUT:
            await self.app(scope, receive, _nothing)
            await _cut_off(send)
        else:
            await self.app(scope, receive, send)


async def _nothing(message: Message) -> None:
    """Swallow what the provider said."""


async def _cut_off(send: Send) -> None:
    """An answer that breaks off in its first byte."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"100")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    raise ConnectionResetError


async def _refuse(kind: str, scope: Scope, receive: Receive, send: Send) -> None:
    status = 429 if kind == BUSY else 503
    await refusal(status, "later", retry_after_ms=200)(scope, receive, send)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read already, and then what follows: the word that the client has gone."""
    told = False

    async def read() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read


@asynccontextmanager
async def models(script: Script) -> AsyncIterator[Models]:
    """A provider whose jobs end at the third look."""
    stub = OpenAIStub(polls=3)
    made = Models(script, stub)
    stub.answer = made.answer
    app = create_app(stub)
    app.add_middleware(Trouble, models=made)
    async with served(app) as url:
        stub.url = f"{url}/v1/"
        yield made
