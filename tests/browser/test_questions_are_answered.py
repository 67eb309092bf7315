"""Asking in a channel, a thread, a direct message and the agent's pane, as a person sees it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import acts
from tests.browser import bakery as known
from tests.browser.conftest import Bakery, Choices
from tests.factories import ASKER

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
LIMIT = 4


@pytest.fixture
def choices() -> Choices:
    return {"USER_RATE_LIMIT": str(LIMIT)}


async def test_a_mention_is_answered_as_it_is_written(bakery: Bakery, page: Page) -> None:
    """Growing text with a stop button, then the whole answer with 👍/👎 and where it is from."""
    await bakery.talk()
    go_on = bakery.slowly(known.RECIPE, after=110)
    answer = await acts.ask(page, known.SOURDOUGH)
    await expect(answer).to_have_attribute("aria-busy", "true")
    await expect(answer).to_contain_text("one every half hour")
    await expect(answer.get_by_role("button", name="Stop")).to_be_visible()
    await acts.take(page, "mention-streaming")
    go_on.set()
    await expect(acts.up(answer)).to_be_visible()
    await expect(answer.get_by_role("cell", name="Bake", exact=True)).to_be_visible()
    await expect(answer).to_contain_text(known.MODEL)
    await expect(answer.get_by_role("link", name="How it learns")).to_be_visible()
    await expect(answer.get_by_role("button", name="Stop")).to_have_count(0)
    await acts.take(page, "mention-answered")


async def test_a_status_line_says_what_is_being_done(bakery: Bakery, page: Page) -> None:
    """Under the question, until the answer begins."""
    go_on = bakery.slowly(known.OPENS, after=0)
    asked = await acts.say(page, f"@apprentice {known.OPENING}")
    status = asked.get_by_role("button", name="Apprentice is thinking…")
    await expect(status).to_be_visible()
    await acts.take(asked, "status-line")
    go_on.set()
    await expect(asked.get_by_role("button", name="1 reply, view thread")).to_be_visible()
    await expect(status).to_have_count(0)


async def test_an_answer_is_stopped_where_it_stands(bakery: Bakery, page: Page) -> None:
    """What was written stays, and says that it was stopped."""
    bakery.slowly(known.RECIPE, after=110)
    answer = await acts.ask(page, known.SOURDOUGH)
    await answer.get_by_role("button", name="Stop").click()
    await expect(answer).to_contain_text("Stopped")
    await expect(acts.up(answer)).to_be_visible()
    await expect(answer).not_to_contain_text("Oven 2, 245 °C")


async def test_a_thread_goes_on_without_a_mention(page: Page) -> None:
    """The second question needs no @; both are answered in the thread."""
    await acts.answered(page, known.OPENING)
    await acts.reply(page, "And on public holidays?")
    await expect(acts.answers(page)).to_have_count(2)
    await expect(acts.answers(page).last).to_contain_text("9:00")
    await expect(acts.up(acts.answers(page).last)).to_be_visible()
    await acts.take(page, "thread")


async def test_a_direct_message_needs_no_mention(page: Page) -> None:
    """Every message there is a question."""
    await page.get_by_role("button", name="App Apprentice").click()
    await acts.direct(page, known.SICK)
    await expect(acts.answers(page)).to_contain_text("6:00")
    await expect(acts.up(acts.answers(page))).to_be_visible()
    await acts.take(page, "direct-message")


async def test_the_agents_pane_suggests_questions_and_names_threads(
    bakery: Bakery, page: Page
) -> None:
    """An admin writes the questions; a click asks, and the thread is named after it."""
    await acts.act_as(page, "Chie")
    home = await acts.open_home(page)
    await home.get_by_role("button", name="Suggested questions…").click()
    form = acts.dialog(page, "Suggested questions")
    asks = (("Paid leave", known.LEAVE), ("Sick day", known.SICK), ("Sourdough", known.SOURDOUGH))
    for number, (title, question) in enumerate(asks, 1):
        await form.get_by_label(f"Button {number}").fill(title)
        await form.get_by_label(f"Question {number}").fill(question)
    await acts.take(form, "suggested-questions", height=1400)
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_be_hidden()

    await acts.act_as(page, "Aiko")
    await page.get_by_role("tab", name="Messages").click()
    prompts = page.get_by_role("group", name="Suggested prompts")
    await expect(prompts.get_by_role("button", name="Sourdough")).to_be_visible()
    await acts.take(page, "agent-pane")
    await prompts.get_by_role("button", name="Paid leave").click()
    await expect(acts.answers(page)).to_contain_text("20 days")
    await expect(acts.thread(page).get_by_text(known.LEAVE).first).to_be_visible()
    await expect(page.locator("#thread-where")).to_have_text(known.LEAVE)


async def test_a_long_answer_goes_on_in_a_second_message(bakery: Bakery, page: Page) -> None:
    """Cut inside a code block, which is closed and opened again; only the end has 👍/👎."""
    bakery.models.queue(known.LONG_CODE)
    await acts.ask(page, "Write the label printer's whole price list as code.")
    first, answer = acts.answers(page).nth(0), acts.answers(page).nth(1)
    await expect(acts.up(answer)).to_be_visible()
    assert await first.locator("pre").count() == await answer.locator("pre").count() == 1
    await expect(first.locator("pre")).to_contain_text('"item-000"')
    await expect(answer.locator("pre")).to_contain_text(f'"item-{known.ITEMS - 1:03}"')
    await expect(acts.up(first)).to_have_count(0)
    await expect(answer).not_to_contain_text("```")


async def test_who_asks_too_much_is_told_how_long_to_wait(bakery: Bakery, page: Page) -> None:
    """In a friendly sentence under the question; others may still ask."""
    for _ in range(LIMIT):
        await bakery.people.ask(ASKER, f"@apprentice {known.OPENING}", channel=known.HANDBOOK)
    await bakery.people.quiet()
    answer = await acts.ask(page, known.SICK)
    await expect(answer).to_contain_text(re.compile(r"Please wait \d+ minutes"))
    await acts.take(answer, "rate-limit")
    await acts.act_as(page, "Ben")
    await page.get_by_role("button", name="Close thread").click()
    answer = await acts.answered(page, known.DISCOUNT)
    await expect(answer).to_contain_text("30 percent")
