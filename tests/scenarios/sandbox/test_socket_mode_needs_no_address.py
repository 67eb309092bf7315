"""An app that connects by itself gets everything over its connection, and nothing over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.sandbox.workspace import APP_TOKEN
from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.workplace import until
from tests.scenarios.sandbox.conftest import Desk, open_desk

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def connected(data_dir: Path) -> AsyncIterator[Desk]:
    """A desk whose app has no address that Slack could reach."""
    async with open_desk(data_dir, bot_url="http://127.0.0.1:9", ack_seconds=2.0) as desk:
        handler = AsyncSocketModeHandler(desk.app.bolt, APP_TOKEN, web_client=desk.client)
        await handler.connect_async()
        try:
            yield desk
        finally:
            await handler.close_async()


async def test_events_clicks_and_commands_come_over_the_connection(tmp_path: Path) -> None:
    """And so do the app's answers: an ephemeral text, an error under an input."""
    async with connected(tmp_path) as desk:
        answer = await desk.people.answer(await desk.people.ask(ASKER, "@apprentice hello"))
        assert (await desk.people.click(CURATOR, answer, "feedback", "down"))["accepted"]
        view = await desk.people.view(CURATOR)
        refused = await desk.people.submit(CURATOR, view, words="wrong")
        assert refused == {"closed": False, "errors": {"words": "Not that."}}
        assert (await desk.people.command(ADMIN, "status"))["ack"] == "Only for *your* eyes"
        await desk.people.quiet()
        assert {each["status"] for each in await desk.people.deliveries()} == {200}


async def test_without_a_connection_events_wait_for_their_retry(tmp_path: Path) -> None:
    """What could not be delivered comes again once the app is connected."""
    async with open_desk(tmp_path, bot_url="http://127.0.0.1:9", time_scale=0.03) as desk:
        await desk.people.ask(ASKER, "hello")
        failed = await until("a failed attempt", desk.people.deliveries)
        assert failed[0]["reason"] == "connection_failed"
        handler = AsyncSocketModeHandler(desk.app.bolt, APP_TOKEN, web_client=desk.client)
        await handler.connect_async()
        heard = await until("the event", lambda: desk.app.events("message"))
        await handler.close_async()
    assert heard[0]["text"] == "hello"


async def test_each_token_opens_its_own_door(desk: Desk) -> None:
    """The app-level token connects, the bot's token calls; each is refused for the other."""
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await desk.client.apps_connections_open(app_token="xoxb-sandbox-bot")
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        await desk.client.auth_test(token=APP_TOKEN)
    opened = await desk.client.apps_connections_open(app_token=APP_TOKEN)
    assert opened["url"].startswith("ws://127.0.0.1:")
