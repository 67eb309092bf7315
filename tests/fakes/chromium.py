"""A real Chromium on the sandbox's page; pictures of what it showed are kept in artifacts/."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

PICTURES = Path(__file__).parents[2] / "artifacts"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 15_000  # milliseconds
WIDE = (1440, 860)  # pixels


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without pages."""
    expect.set_options(timeout=PATIENCE)
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=on_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def page_of(
    browser: Browser, address: str, size: tuple[int, int] = WIDE
) -> AsyncIterator[Page]:
    """The page, drawn once. A complaint of its scripts or a request to elsewhere fails the test."""
    complaints: list[str] = []
    home = address.partition("/sandbox")[0]
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(home) else complaints.append(asked.url),
    )
    await page.goto(address)
    await page.wait_for_selector("body.ready")
    yield page
    await page.close()
    assert complaints == []


@asynccontextmanager
async def opened_page(address: str) -> AsyncIterator[Page]:
    """The page in a browser of its own."""
    async with chromium() as browser, page_of(browser, address) as page:
        yield page


async def picture(page: Page, name: str) -> None:
    path = PICTURES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path)
