"""A provider in the test's own process that speaks the OpenAI wire format over real HTTP.

    async with serving() as stub:
        stub.answer = lambda model, messages: "20 days"       # what it says, or
        stub.queue("first", Scripted("slow", gate=event))      # what it says next
        stub.fault("POST /v1/files", status=503)               # refuse the next such request
        held = stub.hold("POST /v1/fine_tuning/jobs")          # do it, but do not say so yet
        stub.finish(job_id)                                    # end a job (or: stub.polls = 2)
        stub.latency = lambda model: 0.2                        # how long an answer takes
        stub.chances = lambda model, messages: {"yes": 0.9}     # log-probabilities, where asked
        stub.chats, stub.files, stub.jobs, stub.requests       # what it was asked to do

Use it as the fixture `openai_stub`. Its address, with `/v1/` at the end, is `stub.url`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.fakes.openai_account import Hold, OpenAIStub, Scripted
from tests.fakes.openai_routes import create_app
from tests.fakes.openai_wire import refusal
from tests.fakes.serving import served

__all__ = ["Hold", "OpenAIStub", "Scripted", "openai_stub", "serving"]


@dataclass
class Trouble:
    """In front of the routes: counts requests, refuses and keeps back what the test says."""

    app: ASGIApp
    stub: OpenAIStub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        route = f"{scope['method']} {scope['path']}"
        self.stub.requests.append(route)
        fault = next((f for f in self.stub.faults if route.startswith(f.route)), None)
        if fault is not None:
            fault.times -= 1
            if not fault.times:
                self.stub.faults.remove(fault)
            refused = refusal(
                fault.status,
                fault.message,
                fault.code,
                param=fault.param,
                retry_after_ms=fault.retry_after_ms,
            )
            await refused(scope, receive, send)
            return
        hold = next((h for h in self.stub.holds if route.startswith(h.route)), None)
        if hold is None:
            await self.app(scope, receive, send)
            return
        self.stub.holds.remove(hold)
        await self._keep_back(hold, scope, receive, send)

    async def _keep_back(self, hold: Hold, scope: Scope, receive: Receive, send: Send) -> None:
        kept: list[Any] = []

        async def keep(message: Any) -> None:
            kept.append(message)

        await self.app(scope, receive, keep)
        hold.reached.set()
        await hold.released.wait()
        for message in kept:
            await send(message)


@asynccontextmanager
async def serving() -> AsyncIterator[OpenAIStub]:
    """A provider of one's own."""
    stub = OpenAIStub()
    app = create_app(stub)
    app.add_middleware(Trouble, stub=stub)
    async with served(app) as url:
        stub.url = f"{url}/v1/"
        yield stub


@pytest.fixture
async def openai_stub() -> AsyncIterator[OpenAIStub]:
    """A provider for one test."""
    async with serving() as stub:
        yield stub
