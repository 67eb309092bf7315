"""SIGTERM, as an orchestrator sends it: the bot ends well, and its embedded database with it."""

from pathlib import Path

import pytest

from tests.fakes.bot_process import BotProcess
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import taken_port, url_of
from tests.scenarios.bot.conftest import environment, slack_for

pytestmark = pytest.mark.anyio


def databases(data_dir: Path) -> list[str]:
    """Commands of the running servers that keep their data there."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(file.read_text().replace("\0", " "))
        except OSError:  # ended meanwhile
            continue
    return [command for command in found if "valkey" in command and str(data_dir) in command]


@pytest.mark.parametrize("command", ["serve", "worker"])
async def test_a_bot_that_is_told_to_stop_ends_well_and_takes_its_database_along(
    command: str, models: OpenAIStub, tmp_path: Path
) -> None:
    with taken_port() as listening:
        bot_url = url_of(listening)
    async with slack_for(bot_url, tmp_path) as (slack_url, _people):
        values = environment(slack_url, bot_url, models, "", tmp_path)
        bot = BotProcess(values, tmp_path, command)
        await bot.start()
        assert databases(tmp_path)
        assert await bot.stop() == 0, bot.log()
        assert databases(tmp_path) == []
        assert "Traceback" not in bot.log()
