"""Acting as a person in a real sandbox whose bot is away: what is seen, and what is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.demo.errors import TourFailed
from bot.demo.people import Person, actions, words
from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from tests.factories import ASKER, CHANNEL
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio


@pytest.fixture
async def aiko(tmp_path: Path) -> AsyncIterator[Person]:
    """Port 9 is where nobody listens."""
    config = Config(bot_url="http://127.0.0.1:9", signing_secret="x", data_dir=tmp_path)
    async with served(create_app(config)) as url, aiohttp.ClientSession(base_url=url) as web:
        yield Person(web, ASKER, "Aiko", CHANNEL)


async def test_what_is_posted_is_seen_and_the_newest_is_found(aiko: Person) -> None:
    await aiko.post("one < two")
    ts = await aiko.post("two & three")
    newest = await aiko.find(lambda message: "two" in words(message), "it is there", seconds=5)
    assert (newest["ts"], words(newest)) == (ts, "two & three")
    assert [words(message) for message in await aiko.messages()] == ["one < two", "two & three"]


async def test_waiting_in_vain_is_told_with_what_was_waited_for(aiko: Person) -> None:
    with pytest.raises(TourFailed, match="waited 0 s in vain: the bot answers"):
        await aiko.find(lambda message: False, "the bot answers", seconds=0)


async def test_a_command_that_the_bot_does_not_take_is_told(aiko: Person) -> None:
    with pytest.raises(TourFailed, match="the bot did not take Aiko's command"):
        await aiko.command("/retrain")


async def test_what_the_sandbox_refuses_is_told_in_its_words(aiko: Person) -> None:
    with pytest.raises(TourFailed, match="refused Aiko's command: /nothing is not a valid command"):
        await aiko.command("/nothing")


def test_actions_are_found_in_every_block() -> None:
    blocks = [
        {"type": "section"},
        {"type": "actions", "elements": [{"action_id": "run_cancel"}, {"type": "image"}]},
        {"type": "context_actions", "elements": [{"action_id": "feedback"}]},
    ]
    assert actions({"blocks": blocks}) == {"run_cancel", "feedback"}
    assert actions({}) == set()
