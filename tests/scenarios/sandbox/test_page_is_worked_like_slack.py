"""The sandbox's page in a real browser, by the names and roles that a screen reader would read out."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR
from tests.fakes.chromium import opened_page, picture
from tests.fakes.workplace import until
from tests.scenarios.sandbox.conftest import Desk

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

ON_TOP = """button => {
  const box = button.getBoundingClientRect();
  return button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""


def address(desk: Desk, user: str, **more: str) -> str:
    query = "&".join(
        f"{key}={value}" for key, value in {"user": user, "channel": CHANNEL, **more}.items()
    )
    return f"{desk.url}/sandbox?{query}"


async def act_as(page: Page, name: str) -> None:
    await page.get_by_role("button", name=f"Act as {name}").click()
    chosen = page.get_by_role("button", name=f"Act as {name}", pressed=True)
    await expect(chosen).to_be_visible()


async def test_a_question_is_asked_answered_and_corrected_in_the_page(desk: Desk) -> None:
    """The whole guided tour, ticked as it happens: mention, thread, 👎, form with an error, command."""
    async with opened_page(address(desk, ASKER)) as page:
        tour = page.get_by_role("complementary", name="Guided tour")
        await tour.get_by_role("button", name="Write it for me").click()
        await page.get_by_role("button", name="Send message").click()
        await page.get_by_role("button", name="1 reply, view thread").click()
        thread = page.get_by_role("complementary", name="Thread")
        answer = thread.get_by_role("article", name="Apprentice")
        await expect(answer.get_by_role("cell", name="7:30")).to_be_visible()
        await expect(tour.get_by_role("listitem", name="Ask, done")).to_be_visible()
        await picture(page, "sandbox/thread")

        await act_as(page, "Ben")
        await answer.get_by_role("button", name="Mark this reply as bad").click()
        form = page.get_by_role("dialog", name="A form")
        words = form.get_by_role("textbox", name="Your words")
        await words.fill("wrong")
        await form.get_by_role("radio", name="Red").check()
        await form.get_by_role("button", name="Save").click()
        await expect(form.get_by_role("alert")).to_have_text("Not that.")
        await expect(form.get_by_role("radio", name="Red")).to_be_checked()
        await picture(page, "sandbox/form")
        await words.fill("right")
        await form.get_by_role("button", name="Save").click()
        await expect(form).to_be_hidden()
        down = answer.get_by_role("button", name="Mark this reply as bad")
        await expect(down).to_have_attribute("aria-pressed", "true")
        await expect(tour.get_by_role("listitem", name="Correct, done")).to_be_visible()

        await act_as(page, "Chie")
        await expect(down).to_have_attribute("aria-pressed", "false")
        box = page.get_by_role("textbox", name="Message #general")
        await box.press_sequentially("/retr")
        await expect(page.get_by_role("option", name="/retrain")).to_be_visible()
        await box.press("Tab")
        await box.press("Enter")
        await expect(page.get_by_text("Only visible to you")).to_be_visible()
        await expect(tour.get_by_role("listitem", name="Run, done")).to_be_visible()
        await picture(page, "sandbox/ephemeral")
    assert [body["user"]["id"] for body in desk.app.events("view_submission")] == [CURATOR] * 2


async def test_what_someone_writes_never_becomes_markup(desk: Desk) -> None:
    """Tags, script addresses and handlers are text, from people and from the app, in mrkdwn and Markdown."""
    evil = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) <b>bold</b>"
    await desk.people.ask(ASKER, evil)
    for blocks in (
        [{"type": "markdown", "text": evil}],
        [
            {
                "type": "section",
                "text": {"type": "mrkdwn", "text": "<javascript:alert(1)|x> " + evil},
            }
        ],
    ):
        await desk.client.chat_postMessage(channel=CHANNEL, text="x", blocks=blocks)
    async with opened_page(address(desk, ASKER)) as page:
        messages = page.get_by_role("feed", name="Messages")
        await expect(messages.get_by_role("article")).to_have_count(3)
        await expect(messages.get_by_text("<b>bold</b>")).to_have_count(3)
        assert await messages.locator("img, b, script, [onerror]").count() == 0
        assert await messages.locator("a[href^=javascript]").count() == 0


async def test_messages_of_others_appear_and_are_reacted_to_without_reloading(desk: Desk) -> None:
    """Unread channels stand out, reactions count, Enter sends and Shift+Enter makes a line, Esc closes."""
    async with opened_page(address(desk, ASKER)) as page:
        ts = await desk.people.ask(CURATOR, "Good morning @Aiko")
        message = page.get_by_role("article", name="Ben")
        await expect(message).to_contain_text("Good morning @Aiko")
        await desk.people.ask(ADMIN, "Look here @Aiko", channel="C0HANDBOOK")
        await expect(page.get_by_role("button", name="Channel handbook, 1 unread")).to_be_visible()

        await message.hover()
        await message.get_by_role("button", name="React with eyes").click()
        await expect(message.get_by_role("button", name="1 eyes, You")).to_be_visible()
        await until("the reaction to be heard", lambda: desk.app.events("reaction_added"))

        await message.hover()
        await message.get_by_role("button", name="Reply in thread").click()
        thread = page.get_by_role("complementary", name="Thread")
        box = thread.get_by_role("textbox", name="Reply in thread")
        await box.press_sequentially("one")
        await box.press("Shift+Enter")
        await box.press_sequentially("two")
        await box.press("Enter")
        await expect(thread.get_by_role("article", name="Aiko")).to_have_text(
            re.compile("one.*two", re.DOTALL)
        )
        await expect(box).to_have_value("")
        replies = [m for m in await desk.people.messages() if m["thread_ts"] == ts != m["ts"]]
        assert [reply["text"] for reply in replies] == ["one\ntwo"]
        await box.press("Escape")
        await expect(thread).to_be_hidden()


async def test_the_home_tab_and_the_shortcut_menu_show_what_the_app_made(desk: Desk) -> None:
    """App Home greets the person who opened it; the menu over a message opens the app's form."""
    await desk.people.ask(ASKER, "hello")
    async with opened_page(address(desk, CURATOR)) as page:
        message = page.get_by_role("article", name="Aiko")
        await message.hover()
        await message.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Correct this reply").click()
        form = page.get_by_role("dialog", name="A form")
        await expect(form).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(form).to_be_hidden()
        await page.get_by_role("button", name="App Apprentice").click()
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()
        await expect(page.get_by_text("You are @Ben")).to_be_visible()
        await picture(page, "sandbox/home")


@pytest.mark.parametrize("width", [1440, 1180, 1000, 900])
async def test_nothing_lies_over_the_thread_in_a_narrow_window(desk: Desk, width: int) -> None:
    """With the tour open: 👎, send and ✕ can be pressed, and closing the thread shows the channel."""
    ts = await desk.people.ask(ASKER, "@apprentice hello")
    await desk.people.answer(ts)
    async with opened_page(address(desk, CURATOR, thread_ts=ts)) as page:
        await page.set_viewport_size({"width": width, "height": 760})
        await expect(page.get_by_role("complementary", name="Guided tour")).to_be_visible()
        thread = page.get_by_role("complementary", name="Thread")
        await thread.get_by_role("textbox", name="Reply in thread").fill("a reply")
        await picture(page, f"sandbox/thread-{width}")
        for name in ("Mark this reply as bad", "Send reply", "Close thread"):
            assert await thread.get_by_role("button", name=name).evaluate(ON_TOP), name
        await thread.get_by_role("button", name="Close thread").click()
        composer = page.get_by_role("textbox", name="Message #general")
        await expect(composer).to_be_visible()
        assert await composer.evaluate(ON_TOP)


async def test_an_answer_in_the_apps_conversation_is_seen_at_once(desk: Desk) -> None:
    """Sending opens the thread; from elsewhere the app's replies there count as unread."""
    async with opened_page(address(desk, ASKER, channel="D0ASKER001")) as page:
        await page.get_by_role("textbox", name="Message Apprentice").fill("hello")
        await page.get_by_role("button", name="Send message").click()
        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread.get_by_role("cell", name="7:30")).to_be_visible()
        await page.get_by_role("button", name="Channel general").click()
        ts = await desk.people.ask(ASKER, "hello again", channel="D0ASKER001")
        await desk.people.answer(ts, channel="D0ASKER001")
        await expect(page.get_by_role("button", name="App Apprentice, 1 unread")).to_be_visible()


async def test_the_place_of_a_deleted_question_leads_to_its_thread(desk: Desk) -> None:
    """The words are gone, the answer can still be read."""
    ts = await desk.people.ask(ASKER, "@apprentice hello")
    await desk.people.answer(ts)
    async with opened_page(address(desk, ASKER)) as page:
        await page.get_by_role("article", name="Aiko").hover()
        await page.get_by_role("button", name="More actions").first.click()
        await page.get_by_role("menuitem", name="Delete message").click()
        await page.get_by_role("button", name="Delete", exact=True).click()
        await expect(page.get_by_role("article", name="This message was deleted.")).to_be_visible()
        await page.get_by_role("button", name="1 reply, view thread").click()
        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread.get_by_role("cell", name="7:30")).to_be_visible()
        await picture(page, "sandbox/tombstone")
