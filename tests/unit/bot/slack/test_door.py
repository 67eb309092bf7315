"""How long a call to Slack may take."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import ClientPayloadError
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_interval_calculators import BackoffRetryIntervalCalculator

from bot.slack import door
from bot.slack.door import TIMEOUT, Lines
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio


@pytest.fixture
async def silent() -> AsyncIterator[str]:
    """A Slack that takes half a second for everything."""
    app = FastAPI()

    @app.api_route("/api/{method}", methods=["GET", "POST"])
    async def answer(method: str) -> dict[str, object]:
        await asyncio.sleep(0.5)
        return {"ok": True, "method": method}

    async with served(app) as url:
        yield f"{url}/api/"


async def test_where_somebody_waits_a_silent_slack_is_given_up_soon(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HASTE", 0.05)
    async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
        hasty = Lines(silent, session).impatient("xoxb-token")
        with pytest.raises(TimeoutError):
            await hasty.users_info(user="U1")
        posted = await hasty.chat_postMessage(channel="C1", text="hello")
        assert posted["method"] == "chat.postMessage"  # it stands: nobody may think otherwise


def test_no_call_holds_for_minutes() -> None:
    assert TIMEOUT.total == 30
    assert TIMEOUT.sock_connect == 5


async def test_a_message_is_not_posted_again_where_slack_may_have_taken_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses = BackoffRetryIntervalCalculator
    monkeypatch.setattr(pauses, "calculate_sleep_duration", lambda *_: 0.01)
    app, calls = FastAPI(), list[str]()

    @app.post("/api/{method}")
    async def fail(method: str) -> JSONResponse:
        calls.append(method)
        return JSONResponse({"ok": False, "error": "fatal_error"}, status_code=503)

    async with served(app) as url, aiohttp.ClientSession(timeout=TIMEOUT) as session:
        patient = Lines(f"{url}/api/", session).patient("xoxb-token")
        with pytest.raises(SlackApiError):
            await patient.chat_postMessage(channel="C1", text="hello")
        with pytest.raises(SlackApiError):
            await patient.chat_startStream(channel="C1", thread_ts="1.2")
        with pytest.raises(SlackApiError):
            await patient.chat_update(channel="C1", ts="1.2", text="hello")
    assert calls.count("chat.postMessage") == 1
    assert calls.count("chat.startStream") == 1
    assert calls.count("chat.update") > 1


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize("kind", ["text/plain", "application/json"])
async def test_what_is_no_json_is_trouble_on_the_way(status: int, kind: str) -> None:
    app = FastAPI()

    @app.post("/api/{method}")
    async def gateway(method: str) -> Response:
        return Response("Bad Gateway", status_code=status, media_type=kind)

    async with served(app) as url, aiohttp.ClientSession(timeout=TIMEOUT) as session:
        lines = Lines(f"{url}/api/", session)
        for client in (lines.patient("xoxb-token"), lines.impatient("xoxb-token")):
            with pytest.raises(ClientPayloadError):
                await client.chat_postMessage(channel="C1", text="hello")
