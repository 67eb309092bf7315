"""The trainer's page in a real Chromium, before a real trainer with a tiny trained base model."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.acts import PICTURES
from tests.fakes.chromium import PATIENCE
from tests.scenarios.trainer.running_trainer import KEY

WIDE, PHONE = (1440, 900), (390, 844)
# Whatever of the text cannot be read well, as WCAG AA counts, and whatever control has no name.
COMPLAINTS = Path(__file__).with_name("complaints.js").read_text("utf-8")


@asynccontextmanager
async def opened(
    browser: Browser,
    root: str,
    view: str = "",
    *,
    size: tuple[int, int] = WIDE,
    locale: str = "en-US",
    scheme: Any = "light",
    key: str | None = KEY,
) -> AsyncIterator[Page]:
    """The page at `#/view`, signed in. A complaint of its scripts or a request elsewhere fails."""
    complaints: list[str] = []
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=locale, color_scheme=scheme
    )
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if _bad(line) else None)
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(root) else complaints.append(asked.url),
    )
    if key is not None:
        kept = f"sessionStorage.setItem('trainer-key', {json.dumps(key)})"
        await context.add_init_script(kept)
    await page.goto(f"{root}/#/{view}")
    yield page
    await context.close()
    assert [said for said in complaints if not said.startswith(f"blob:{root}")] == []


def _bad(line: Any) -> bool:
    # A refused request is told to the person, and by Chromium to its console as well.
    return line.type == "error" and not line.text.startswith("Failed to load resource")


def navigate(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("link", name=name, exact=True)


async def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    found: int = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found


async def complaints(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(COMPLAINTS)
    return found


async def drawn(page: Page) -> None:
    """The view has come: nothing of it is waited for."""
    await expect(page.locator(".view > *").first).to_be_visible()
    await expect(page.locator(".waiting")).to_have_count(0)


async def drop(page: Page, file: Path) -> None:
    """Let go of a file over the page's place for files, as from a folder of the desktop."""
    carried = await page.evaluate_handle(
        "([name, text]) => { const it = new DataTransfer(); it.items.add(new File([text], name)); return it; }",
        [file.name, file.read_text("utf-8")],
    )
    await page.locator(".drop").dispatch_event("drop", {"dataTransfer": carried})


async def take(page: Page, name: str) -> None:
    """A picture for the docs, when UPDATE_PICTURES=1 is set."""
    if os.environ.get("UPDATE_PICTURES") != "1":
        return
    path = PICTURES / f"trainer-{name}.png"
    await page.evaluate("document.activeElement?.blur()")
    await page.mouse.move(2, 2)
    await page.screenshot(path=path, animations="disabled", caret="hide", full_page=True)
    with Image.open(path) as shot:
        shot.convert("RGB").save(path, optimize=True)
