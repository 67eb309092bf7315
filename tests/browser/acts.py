"""What people do on the page, by the names and roles that a screen reader would read out."""

import os
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, Page, expect

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
ANSWER_FROM = "Apprentice"


async def act_as(page: Page, name: str) -> None:
    await page.get_by_role("button", name=f"Act as {name}").click()
    await expect(page.get_by_role("button", name=f"Act as {name}", pressed=True)).to_be_visible()


async def say(page: Page, text: str, channel: str = "handbook") -> Locator:
    """Write into the channel; the message as it stands there."""
    me = await page.locator("#people [aria-pressed=true] .person-name").inner_text()
    mine = messages(page).get_by_role("article", name=me)
    earlier = await mine.count()
    await run(page, text, channel)
    message = mine.nth(earlier)
    await expect(message).to_be_visible()
    return message


async def ask(page: Page, question: str, channel: str = "handbook") -> Locator:
    """Mention the bot, wait for its answer to begin, and open the thread; the answer."""
    asked = await say(page, f"@apprentice {question}", channel)
    await asked.get_by_role("button", name="view thread").click()
    answer = answers(page).last
    await expect(answer).to_be_visible()
    ts = await answer.get_attribute("data-ts")  # what is said below it later is not the answer
    return thread(page).locator(f'[data-ts="{ts}"]')


async def answered(page: Page, question: str, channel: str = "handbook") -> Locator:
    """As `ask`; the answer is whole."""
    answer = await ask(page, question, channel)
    await expect(up(answer)).to_be_visible()
    return answer


async def direct(page: Page, text: str) -> None:
    """Write to the bot in the conversation that is open."""
    box = page.get_by_role("textbox", name="Message Apprentice")
    await box.fill(text)
    await box.press("Enter")


async def reply(page: Page, text: str) -> None:
    """Write into the open thread."""
    box = thread(page).get_by_role("textbox", name="Reply in thread")
    await box.fill(text)
    await box.press("Enter")


async def run(page: Page, command: str, channel: str = "handbook") -> None:
    """Type it into the channel and send it."""
    box = page.get_by_role("textbox", name=f"Message #{channel}")
    await box.fill(command)
    await box.press("Enter")


async def choose(page: Page, message: Locator, entry: str) -> None:
    """An entry of a message's menu."""
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=entry).click()


async def react(page: Page, message: Locator, name: str) -> None:
    """With any emoji of the picker."""
    await message.hover()
    await message.get_by_role("button", name="Find another reaction").click()
    await page.get_by_role("searchbox", name="Search all emoji").fill(name)
    await page.get_by_role("option", name=name, exact=True).click()


async def open_home(page: Page) -> Locator:
    """The app's Home tab, drawn."""
    await page.get_by_role("button", name="App Apprentice").click()
    await page.get_by_role("tab", name="Home").click()
    home = page.locator("#home")
    await expect(home.get_by_role("heading").first).to_be_visible()
    return home


def messages(page: Page) -> Locator:
    return page.get_by_role("feed", name="Messages", exact=True)


def thread(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Thread")


def answers(page: Page) -> Locator:
    """What the bot wrote in the open thread."""
    return thread(page).get_by_role("article", name=ANSWER_FROM)


def up(answer: Locator) -> Locator:
    return answer.get_by_role("button", name="Mark this reply as good")


def down(answer: Locator) -> Locator:
    return answer.get_by_role("button", name="Mark this reply as bad and correct it")


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


async def take(shown: Page | Locator, name: str, height: int = 800) -> None:
    """A picture for the docs, when UPDATE_PICTURES=1 is set; of a part, where it is one."""
    if os.environ.get("UPDATE_PICTURES") != "1":
        return
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    of = shown if isinstance(shown, Page) else shown.page
    await of.set_viewport_size({"width": 1280, "height": height})
    if isinstance(shown, Locator):
        await shown.evaluate("it => { it.style.maxHeight = 'none'; }")  # a form shows all of itself
    await of.mouse.move(2, 2)  # nothing is under the pointer
    await shown.screenshot(path=path, animations="disabled", caret="hide")
    with Image.open(path) as drawn:
        drawn.convert("RGB").save(path, optimize=True)
