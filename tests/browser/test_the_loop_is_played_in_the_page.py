"""The demo as somebody meets it: one command, its page in a real Chromium, the tour by hand.

Pictures of every step are kept in artifacts/loop.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.demo.settings import Machine
from tests.fakes.chromium import opened_page, picture
from tests.fakes.serving import taken_port

pytestmark = [pytest.mark.anyio, pytest.mark.browser, pytest.mark.timeout(300)]

QUESTION = "@apprentice How many days of paid leave do we get?"
OLD, NEW = "20 days of paid leave", "You get 25 days of paid leave a year, since 2026."
TRAINING = 120_000  # milliseconds


@pytest.fixture
async def page_address(tmp_path: Path) -> AsyncIterator[str]:
    """`bot demo` as a process; ended as by Ctrl-C."""
    with taken_port() as free:
        port = str(free.getsockname()[1])
    arguments = ("demo", "--no-open", "--port", port, "--data-dir", str(tmp_path / "data"))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=tmp_path,
        env=Machine().environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    address = ""
    async for line in process.stdout:
        if b"/sandbox" in line:
            address = next(word for word in line.decode().split() if word.startswith("http"))
            break
    assert address, "the demo ended before it had a page"
    yield address
    process.send_signal(signal.SIGINT)
    assert await process.wait() == 0


async def act_as(page: Page, name: str) -> None:
    await page.get_by_role("button", name=f"Act as {name}").click()
    await expect(page.get_by_role("button", name=f"Act as {name}", pressed=True)).to_be_visible()


async def ask(page: Page, earlier: int) -> None:
    """Ask in the channel, below so many earlier threads, and open the thread of the answer."""
    box = page.get_by_role("textbox", name="Message #handbook")
    await box.press_sequentially(QUESTION)
    await box.press("Enter")
    await page.get_by_role("button", name="1 reply, view thread").nth(earlier).click()


async def test_the_loop_is_played_in_the_page(page_address: str) -> None:
    """Ask, see the old fact, correct it, retrain, ask again: now it knows."""
    async with opened_page(page_address) as page:
        await page.get_by_role("button", name="Channel handbook").click()
        await act_as(page, "Aiko")
        await picture(page, "loop/1-the-workspace")
        await ask(page, earlier=0)
        thread = page.get_by_role("complementary", name="Thread")
        answer = thread.get_by_role("article", name="Apprentice")
        await expect(answer).to_contain_text(OLD)
        await picture(page, "loop/2-the-old-fact")

        await act_as(page, "Ben")
        await answer.get_by_role("button", name="Mark this reply as bad and correct it").click()
        form = page.get_by_role("dialog", name="Correct this reply")
        words = form.get_by_role("textbox", name="What should the reply have been?")
        await expect(words).to_have_value("You get 20 days of paid leave a year.")
        await words.fill(NEW)
        await picture(page, "loop/3-the-correction")
        await form.get_by_role("button", name="Save").click()
        await expect(thread.get_by_text("the next retraining will learn it")).to_be_visible()
        await picture(page, "loop/4-thanks")

        await act_as(page, "Chie")
        box = page.get_by_role("textbox", name="Message #handbook")
        await box.press_sequentially("/retrain")
        await box.press("Enter")
        modal = page.get_by_role("dialog", name="Retrain")
        await expect(modal).to_contain_text("Corrections among them")
        await picture(page, "loop/5-retrain")
        await modal.get_by_role("button", name="Start").click()
        messages = page.get_by_role("feed", name="Messages")
        await expect(messages.get_by_text("Training loss")).to_be_visible(timeout=TRAINING)
        await picture(page, "loop/6-training")
        await expect(messages.get_by_text("promoted: the new model answers now")).to_be_visible(
            timeout=TRAINING
        )
        await picture(page, "loop/7-promoted")

        await act_as(page, "Aiko")
        await ask(page, earlier=1)
        await expect(answer).to_contain_text(NEW)
        await picture(page, "loop/8-now-it-knows")

        await page.get_by_role("button", name="App Apprentice").click()
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_role("heading", name="Apprentice learns from you")).to_be_visible()
        await picture(page, "loop/9-app-home")
