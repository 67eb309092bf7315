"""A click counts from the moment that its button can be seen, before we know that it can."""

import asyncio
from typing import Any

import pytest

from bot.adapters.redis import RedisTurns
from tests.factories import ASKER, CHANNEL, TEAM
from tests.scenarios.bot.conftest import Office
from tests.scenarios.bot.test_who_cannot_see_a_channel_gives_no_feedback import click, send

pytestmark = pytest.mark.anyio


async def test_a_click_before_it_is_noted_where_the_answer_stands_is_learnt(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack says which button it was, and perhaps not the metadata of the message."""
    noted, answered = asyncio.Event(), RedisTurns.answered

    async def late(self: RedisTurns, *about: Any) -> bool:
        await noted.wait()
        return await answered(self, *about)

    async def unnoted(*_about: object) -> None:
        """It came with its end: there was nothing to note before."""

    monkeypatch.setattr(RedisTurns, "answered", late)
    monkeypatch.setattr(RedisTurns, "posted", unnoted)
    try:
        ts = await office.people.ask(ASKER, "@apprentice How many days?")
        message = await office.people.see(
            "the buttons", lambda m: "feedback_buttons" in str(m["blocks"])
        )
        [button] = [each for each in message["blocks"] if each["type"] == "context_actions"]
        clicked = click(message | {"channel": CHANNEL}, ASKER)
        clicked["actions"][0]["block_id"] = button["block_id"]
        assert (await send(office, clicked)).status_code == 200
        kept = await office.verdicts.of_reply(TEAM, f"{CHANNEL}:{ts}")
        assert [given.user for given in kept] == [ASKER]
    finally:
        noted.set()
    await office.people.answer(ts)
