"""The desk in Chromium: the bot serves, the sandbox is its Slack, nobody works. One house per file."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import pytest
import redis
from playwright.async_api import Browser

from tests.factories import CURATOR
from tests.fakes.desk_browser import LOOKS, Look, Visit, looked_at, visit
from tests.scenarios.pages.conftest import House, open_house


@dataclass(frozen=True)
class Desk:
    """What tests of the desk need: the house, and people who come in."""

    house: House
    browser: Browser

    def opened(
        self, who: str = CURATOR, look: Look = LOOKS[0], *, scripts: bool = True
    ) -> AbstractAsyncContextManager[Visit]:
        """A browser of this person's own, signed in."""
        return visit(self.browser, self.house.url, self.house.link(who), look, scripts=scripts)

    async def look(
        self, paths: Mapping[str, str], who: str = CURATOR, looks: Sequence[Look] = LOOKS
    ) -> None:
        """At screens by name, in one sitting for each look. See `looked_at`."""
        for look in looks:
            async with self.opened(who, look) as seen:
                await looked_at(seen, paths, look)


@pytest.fixture(scope="module")
async def house(valkey_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """An empty one; a file of tests fills it as it likes, each test for itself or all together."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
    async with open_house(valkey_url, tmp_path_factory.mktemp("desk"), {}) as opened:
        yield opened


@pytest.fixture
def desk(house: House, browser: Browser) -> Desk:
    return Desk(house, browser)
