"""Whom Slack is asked about."""

from typing import Any, cast

import pytest

from bot.domain.preferences import ChannelSettings
from bot.slack.people import People
from bot.texts import Language

pytestmark = pytest.mark.anyio


async def test_slack_is_not_asked_who_nobody_is() -> None:
    nobody_asks = cast("Any", None)
    assert (await People(nobody_asks, nobody_asks).person("T1", "")).name == ""


class Chosen:
    """A channel's settings, and how often they were read."""

    def __init__(self) -> None:
        self.settings, self.reads = ChannelSettings(language="ja"), 0

    async def channel(self, _team: str, _channel: str) -> ChannelSettings:
        self.reads += 1
        return self.settings


async def test_one_answer_reads_its_channels_language_once_and_the_next_sees_the_change() -> None:
    chosen, nobody_asks = Chosen(), cast("Any", None)
    people = People(nobody_asks, cast("Any", chosen))
    spoken = [await people.language("T1", "", "C1") for _ in range(5)]
    assert (set(spoken), chosen.reads) == ({Language.JA}, 1)
    changed = ChannelSettings(language="en")
    assert await people.language("T1", "", "C1", changed) is Language.EN
    assert await people.language("T1", "", "C1") is Language.EN
    assert await people.language("T1", "", "C2") is Language.JA
    assert chosen.reads == 2
