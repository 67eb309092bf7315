"""With one workspace the bot learns who it is at its start; Slack in trouble costs no question."""

import time
from pathlib import Path

import pytest

from bot.bootstrap import open_service
from bot.settings import Settings
from tests.factories import ASKER
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.signed_events import BOT, deliver, message
from tests.scenarios.bot.conftest import SECRET, Office, environment, slack_for

pytestmark = pytest.mark.anyio


async def test_until_it_is_known_slack_is_asked_to_deliver_again(
    redis_url: str, models: OpenAIStub, tmp_path: Path
) -> None:
    listening = taken_port()
    bot_url = url_of(listening)
    async with slack_for(bot_url, tmp_path) as (slack_url, people):
        values = environment(slack_url, bot_url, models, redis_url, tmp_path)
        settings = Settings.model_validate({key.lower(): value for key, value in values.items()})
        await people.refuse("internal_error", "auth.test", times=2)  # at the start, and once more
        async with open_service(settings) as service, served(service.app, listening):
            asked = message(f"<@{BOT}> hello?", f"{time.time():.6f}")
            assert await deliver(bot_url, SECRET, asked, "Ev1") == 503
            assert (await service.docket.snapshot()).total_tasks == 0
            assert await deliver(bot_url, SECRET, asked, "Ev1") == 200
            assert (await service.docket.snapshot()).total_tasks == 1


async def test_once_it_is_known_no_delivery_asks_slack(office: Office) -> None:
    await office.people.refuse("internal_error", "auth.test", times=100)
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    assert "heard: hello?" in str(await office.people.answer(ts))
