"""The agent pane: a direct message with threads, named after their first question."""

import pytest

from tests.factories import ASKER
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio
PANE = "D0ASKER001"


async def test_a_thread_is_named_after_its_first_question_only(office: Office) -> None:
    root = await office.people.ask(ASKER, "How many days of leave?\nI am new.", channel=PANE)
    await office.people.answer(root, channel=PANE)

    async def titled() -> object:
        return (await office.people.pane(ASKER, root)).get("title")

    assert await until("the thread's title", titled) == "How many days of leave?"
    await office.people.ask(ASKER, "And for parents?", channel=PANE, thread=root)
    await office.people.answer(root, channel=PANE, number=2)
    await office.people.quiet()
    assert await titled() == "How many days of leave?"


async def test_a_title_that_slack_does_not_take_stops_no_answer(office: Office) -> None:
    await office.people.refuse("ratelimited", "assistant.threads.setTitle")
    root = await office.people.ask(ASKER, "hello?", channel=PANE)
    await office.people.answer(root, channel=PANE)


async def test_even_what_begins_with_a_colleague_s_name_is_for_the_bot(office: Office) -> None:
    root = await office.people.ask(ASKER, "<@U0CURATOR1> is who?", channel=PANE)
    assert "is who?" in str(await office.people.answer(root, channel=PANE))
