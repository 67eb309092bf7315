"""Whom Slack is asked about."""

from typing import Any, cast

import pytest

from bot.slack.people import People

pytestmark = pytest.mark.anyio


async def test_slack_is_not_asked_who_nobody_is() -> None:
    nobody_asks = cast("Any", None)
    assert (await People(nobody_asks, nobody_asks).person("T1", "")).name == ""
