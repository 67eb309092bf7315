"""How the dispatcher knocks at the bot's door: signed, impatient, and again when nobody answers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.changes import Changes
from bot.sandbox.config import Config
from bot.sandbox.database import open_database
from bot.sandbox.delivery_store import DeliveryStore
from bot.sandbox.dispatcher import Dispatcher
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio
SECRET = "the-signing-secret"
EVENT = {"type": "message", "channel": "C0GENERAL1", "channel_type": "channel", "text": "hi"}


@dataclass
class Door:
    """The bot's door: keeps who knocked; `answers` are (status, seconds to think, headers)."""

    knocks: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, float, dict[str, str]]] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/slack/events")
        async def knock(request: Request) -> Response:
            self.knocks.append((dict(request.headers), await request.body()))
            status, seconds, headers = self.answers.pop(0) if self.answers else (200, 0.0, {})
            await asyncio.sleep(seconds)
            return Response(status_code=status, headers=headers)

        return app


@dataclass(frozen=True)
class Post:
    """A started dispatcher and its store."""

    dispatcher: Dispatcher
    store: DeliveryStore

    async def settled(self) -> None:
        await until("the delivery to be settled", lambda: not self.store.pending())


Posting = Callable[[str], Any]


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def posting(tmp_path: Path) -> Posting:
    """A post office for a bot at this URL; retries follow at once, patience is a quarter second."""

    @asynccontextmanager
    async def opened(bot_url: str) -> AsyncIterator[Post]:
        connection = open_database(tmp_path)
        store = DeliveryStore(connection)
        config = Config(bot_url, SECRET, tmp_path, time_scale=0.0, ack_seconds=0.25)
        dispatcher = Dispatcher(config, store, Changes())
        await dispatcher.start()
        try:
            yield Post(dispatcher, store)
        finally:
            await dispatcher.stop()
            connection.close()

    return opened


async def test_every_request_carries_a_signature_that_slack_sdk_accepts(
    door: Door, posting: Posting
) -> None:
    """Events as JSON and interactions as a form, over exactly the bytes that were sent."""
    async with served(door.app()) as url, posting(url) as post:
        post.dispatcher.event(EVENT)
        await post.settled()
        await post.dispatcher.interaction({"type": "block_actions"})
    verifier, stranger = SignatureVerifier(SECRET), SignatureVerifier("another secret")
    for headers, body in door.knocks:
        assert verifier.is_valid_request(body, headers)
        assert not stranger.is_valid_request(body, headers)
    kinds = [headers["content-type"] for headers, _ in door.knocks]
    assert kinds == ["application/json", "application/x-www-form-urlencoded"]


async def test_a_refused_event_comes_again_with_its_number_and_reason(
    door: Door, posting: Posting
) -> None:
    """Three retries after the first attempt, all with the same event id, then Slack gives up."""
    door.answers = [(500, 0.0, {})] * 9
    async with served(door.app()) as url, posting(url) as post:
        post.dispatcher.event(EVENT)
        await post.settled()
        statuses = [attempt["status"] for attempt in post.store.attempts()]
    assert statuses == [500] * 4
    marks = [
        (headers.get("x-slack-retry-num"), headers.get("x-slack-retry-reason"))
        for headers, _ in door.knocks
    ]
    assert marks == [(None, None), *((str(n), "http_error") for n in (1, 2, 3))]
    assert len({json.loads(body)["event_id"] for _, body in door.knocks}) == 1


async def test_an_event_unanswered_in_time_comes_again_as_timed_out(
    door: Door, posting: Posting
) -> None:
    """The second attempt is taken, so there is no third."""
    door.answers = [(200, 5.0, {})]
    async with served(door.app()) as url, posting(url) as post:
        post.dispatcher.event(EVENT)
        await post.settled()
    assert [headers.get("x-slack-retry-reason") for headers, _ in door.knocks] == [
        None,
        "http_timeout",
    ]


async def test_a_bot_may_decline_retries(door: Door, posting: Posting) -> None:
    """`X-Slack-No-Retry: 1` on a refusal."""
    door.answers = [(500, 0.0, {"X-Slack-No-Retry": "1"})]
    async with served(door.app()) as url, posting(url) as post:
        post.dispatcher.event(EVENT)
        await post.settled()
    assert len(door.knocks) == 1


async def test_interactions_are_never_sent_again(door: Door, posting: Posting) -> None:
    """The person sees the failure instead."""
    door.answers = [(503, 0.0, {})]
    async with served(door.app()) as url, posting(url) as post:
        answer = await post.dispatcher.interaction({"type": "block_actions"})
    assert (answer.accepted, answer.status, answer.reason) == (False, 503, "http_error")
    assert len(door.knocks) == 1


async def test_ordered_copies_look_like_slacks_retries(door: Door, posting: Posting) -> None:
    """Three deliveries of one event: same id, the later ones marked as retries."""
    async with served(door.app()) as url, posting(url) as post:
        post.dispatcher.faults.copies = 3
        post.dispatcher.event(EVENT)
        await post.settled()
    assert len({json.loads(body)["event_id"] for _, body in door.knocks}) == 1
    numbers = sorted(headers.get("x-slack-retry-num", "0") for headers, _ in door.knocks)
    assert numbers == ["0", "1", "2"]


async def test_what_is_undelivered_at_a_stop_goes_out_at_the_next_start(
    door: Door, posting: Posting
) -> None:
    """The queue is on disk."""
    listening = taken_port()
    async with posting(url_of(listening)) as post:
        post.dispatcher.event(EVENT)
        assert post.store.pending()
    async with served(door.app(), listening) as url, posting(url) as post:
        await post.settled()
    assert len(door.knocks) >= 1
