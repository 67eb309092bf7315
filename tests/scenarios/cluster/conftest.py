"""A bot in a process of its own over a cluster, and three workspaces that lie on its three nodes."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from finetune import Settings
from finetune.bootstrap import Toolkit, toolkit
from tests.fakes.bot_process import BotProcess
from tests.fakes.crashing.ward import Nursery
from tests.fakes.installed_bot import Reached, settings_for
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import taken_port, url_of
from tests.fakes.slack_directory import directory
from tests.fakes.slack_payloads import Sender, envelope, mention
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import models
from tests.scenarios.cluster.nodes import Nodes, three_nodes

__all__ = ["models"]
HILL = Sender(user="U0HILLBOSS")
MILL = Sender("T0MILL0001", "U0MILLBOSS", "C0MILL0001", "U0BOT0MIL")
LAKE = Sender("T0LAKE0001", "U0LAKEBOSS", "C0LAKE0001", "U0BOT0LAK")
SENDERS = (HILL, MILL, LAKE)


@dataclass(frozen=True)
class Site(Reached):
    """The bot, what lies under it, and a look at what is kept."""

    bot: BotProcess
    nodes: Nodes
    kit: Toolkit

    async def delivered(self, sender: Sender, question: str) -> str:
        """Ask as Slack does, again and again until it is taken; the question's ts."""
        event = mention(sender, question)
        body = envelope(sender, event)

        async def taken() -> bool:
            try:
                return (await self.event(body)).status_code == 200
            except httpx.TransportError:
                return False

        await until(f"{question!r} to be taken", taken)
        return str(event["ts"])

    def answers(self, sender: Sender, text: str) -> list[str]:
        """The ts of every message in the workspace that says this."""
        found = self.slack.messages.items()
        return [ts for (team, _, ts), said in found if team == sender.team and text in said]

    async def answer(self, sender: Sender, text: str) -> str:
        """Wait for the one message that says this, with its buttons."""

        def there() -> bool:
            return any(
                text in said and "feedback_buttons" in said
                for (team, _, _), said in self.slack.messages.items()
                if team == sender.team
            )

        await until(f"{text!r} in {sender.team}", there)
        [ts] = self.answers(sender, text)
        return ts


@pytest.fixture
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with three_nodes(tmp_path_factory.mktemp("c")) as made:
        yield made


@pytest.fixture
async def site(
    nodes: Nodes, ward: Nursery, models: OpenAIStub, tmp_path: Path
) -> AsyncIterator[Site]:
    with taken_port() as listening:
        bot_url = url_of(listening)
    async with directory() as slack:
        values = settings_for(slack, models, nodes.url, tmp_path)
        named = {name.upper(): value for name, value in values.items()}
        place = {"HOST": "127.0.0.1", "PORT": bot_url.rpartition(":")[2], "DRAIN_SECONDS": "0"}
        bot = BotProcess(named | place, tmp_path, ward=ward)
        await bot.start()
        own = Settings.model_validate({"redis_url": nodes.url, "data_dir": tmp_path / "own"})
        try:
            async with (
                httpx.AsyncClient(base_url=bot_url, timeout=20) as http,
                toolkit(own, nodes.url) as kit,
            ):
                site = Site(slack, models, http, bot, nodes, kit)
                for sender in SENDERS:
                    await site.install(slack.company(sender.team, sender.team, sender.user))
                yield site
        finally:
            await bot.stop()
