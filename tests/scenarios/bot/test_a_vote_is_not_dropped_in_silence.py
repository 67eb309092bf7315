"""Where Slack does not say who sees the channel, a voter is told; where that fails too, Slack is."""

import pytest

from tests.factories import ASKER, TEAM
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio
SEES = ("conversations.info", "conversations.members")


async def test_a_click_that_counts_for_nothing_is_shown_as_failed_where_nobody_can_be_told(
    office: Office,
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice How many days?")
    answer = await office.people.answer(ts)
    await office.people.refuse("fatal_error", *SEES, "chat.postEphemeral", times=9)
    clicked = await office.people.click(ASKER, answer, "feedback", "up")
    assert not clicked["accepted"]
    reply_id = f"{answer['channel']}:{ts}"
    assert await office.verdicts.of(TEAM, reply_id, ASKER) is None
    await office.people.refuse("fatal_error", *SEES, "chat.postEphemeral", times=0)
    clicked = await office.people.click(ASKER, answer, "feedback", "up")
    assert clicked["accepted"]
    assert await office.verdicts.of(TEAM, reply_id, ASKER) is not None
