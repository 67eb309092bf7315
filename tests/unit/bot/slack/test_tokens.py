"""Renewing a workspace's token: one renewal for many who ask, and what Slack's refusals mean."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation

from bot.errors import SurfaceUnavailable
from bot.slack.tokens import Tokens
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio


def installation(left: float) -> Installation:
    return Installation(
        team_id="T1",
        user_id="U1",
        bot_token="xoxb-old",
        bot_refresh_token="xoxe",
        bot_token_expires_at=int(time.time() + left),
    )


class Kept:
    """One installation, as `Installations` and its records."""

    def __init__(self, left: float) -> None:
        self.found, self.records = installation(left), self

    async def of(self, _owner: str) -> Installation:
        return self.found

    async def find(self, _owner: str) -> str:
        return "sealed"

    def read(self, _owner: str, _sealed: str) -> Installation:
        return self.found

    async def renew(self, _owner: str, _sealed: str, new: Installation) -> bool:
        self.found = new
        return True

    @asynccontextmanager
    async def alone(self, _owner: str) -> AsyncIterator[None]:
        yield


class Slack:
    """Gives a new token when the gate is open, or refuses in its word."""

    def __init__(self, word: str = "") -> None:
        self.word, self.asked, self.gate = word, 0, asyncio.Event()

    async def perform_token_rotation(self, **_options: Any) -> Installation:
        self.asked += 1
        await self.gate.wait()
        if self.word:
            said = {"ok": False, "error": self.word}
            raise SlackTokenRotationError(SlackApiError(self.word, said))
        new = installation(43_200)
        new.bot_token = "xoxb-new"
        return new


def tokens(kept: Kept, slack: Slack) -> Tokens:
    return Tokens(kept, slack)  # type: ignore[arg-type]


async def test_while_the_old_token_is_good_nobody_waits_for_its_renewal() -> None:
    kept, slack = Kept(3_600), Slack()
    asked = tokens(kept, slack)
    found = await asyncio.gather(*(asked.current("T1") for _ in range(50)))
    assert {each.bot_token for each in found if each} == {"xoxb-old"}
    slack.gate.set()
    await until("the new one", lambda: kept.found.bot_token == "xoxb-new")
    assert slack.asked == 1


async def test_who_has_no_good_token_waits_for_one_renewal_of_all() -> None:
    slack = Slack()
    asked = tokens(Kept(-60), slack)
    waiting = [asyncio.create_task(asked.current("T1")) for _ in range(50)]
    await until("Slack to be asked", lambda: slack.asked)
    slack.gate.set()
    assert {each.bot_token for each in await asyncio.gather(*waiting) if each} == {"xoxb-new"}
    assert slack.asked == 1


async def test_where_slack_has_none_just_now_a_later_try_is_asked_for() -> None:
    slack = Slack("internal_error")
    slack.gate.set()
    with pytest.raises(SurfaceUnavailable):
        await tokens(Kept(-60), slack).current("T1")


async def test_a_refresh_token_that_is_good_no_more_leaves_no_installation() -> None:
    slack = Slack("invalid_refresh_token")
    slack.gate.set()
    assert await tokens(Kept(-60), slack).current("T1") is None
