"""The same listeners over Socket Mode: acknowledged when durable, connected again by itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.server import socket_mode_connection
from bot.slack.regrets import NOT_STORED, TAKES_LONGER
from bot.slack.retrain_words import RetrainWords
from tests.fakes.installed_bot import InstalledBot, installed_bot
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.slack_directory import directory
from tests.fakes.slack_payloads import Sender, command, envelope, mention
from tests.fakes.slack_socket import SlackSocket, socket_mode
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio
HILL = Sender()


@pytest.fixture
async def socket() -> AsyncIterator[SlackSocket]:
    async with socket_mode() as made:
        yield made


@pytest.fixture
async def bot(
    socket: SlackSocket, models: OpenAIStub, redis_url: str, tmp_path: Path
) -> AsyncIterator[InstalledBot]:
    async with directory() as slack:
        slack.socket_url = socket.url
        slack.company("T0HILL0001", "Hill Bakery", HILL.user).tokens.append("xoxb-hill")
        one = {"slack_client_id": "", "slack_bot_token": "xoxb-hill", "admins": HILL.user}
        async with installed_bot(slack, models, redis_url, tmp_path, **one) as made:
            connecting = asyncio.create_task(socket_mode_connection(made.service, "xapp-hill"))
            await socket.connected()
            yield made
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)


async def answer(bot: InstalledBot, text: str) -> None:
    await until(f"{text!r}", lambda: any(text in t for t in bot.slack.texts("T0HILL0001")))


async def test_an_event_gets_one_answer_however_often_it_comes(
    bot: InstalledBot, socket: SlackSocket
) -> None:
    bot.models.queue("Twenty days.")
    body = envelope(HILL, mention(HILL, "How many days?"))
    for attempt in range(3):
        sent = await socket.send("events_api", body, retry_attempt=attempt, retry_reason="timeout")
        await socket.taken(sent)
    await answer(bot, "Twenty days.")
    assert len(bot.models.chats) == 1
    assert len(bot.slack.texts("T0HILL0001")) == 1


async def test_what_was_acknowledged_is_in_the_database(
    bot: InstalledBot, socket: SlackSocket, redis_url: str
) -> None:
    bot.models.queue("Twenty days.")
    event = mention(HILL, "How many days?")
    await socket.taken(await socket.send("events_api", envelope(HILL, event)))
    async with Redis.from_url(redis_url) as redis:
        assert await redis.keys(f"*{event['ts']}*")


async def test_a_slash_command_is_answered_with_its_acknowledgement(
    bot: InstalledBot, socket: SlackSocket
) -> None:
    sent = await socket.send("slash_commands", dict(command(HILL, "status")))
    assert "base" in str(await socket.taken(sent))


@pytest.mark.parametrize("ending", ["ask_to_reconnect", "hang_up"])
async def test_a_lost_connection_is_opened_again(
    bot: InstalledBot, socket: SlackSocket, ending: str
) -> None:
    await getattr(socket, ending)()
    await socket.connected(2)
    bot.models.queue("Back again.")
    sent = await socket.send("events_api", envelope(HILL, mention(HILL, "Still there?")))
    await socket.taken(sent)
    await answer(bot, "Back again.")


async def test_a_command_that_could_not_be_done_is_answered_with_words(
    bot: InstalledBot, socket: SlackSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> str:
        raise ConnectionError

    monkeypatch.setattr(RetrainWords, "answer", away)
    sent = await socket.send("slash_commands", dict(command(HILL, "status")))
    assert (await socket.taken(sent))["text"] == NOT_STORED


async def test_a_command_that_takes_long_is_not_called_failed(
    bot: InstalledBot, socket: SlackSocket, monkeypatch: pytest.MonkeyPatch
) -> None:
    let = asyncio.Event()

    async def slow(*_: object) -> str:
        await let.wait()
        return "done"

    monkeypatch.setattr(RetrainWords, "answer", slow)
    sent = await socket.send("slash_commands", dict(command(HILL, "status")))
    assert (await socket.taken(sent))["text"] == TAKES_LONGER
    let.set()
