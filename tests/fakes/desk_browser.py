"""Somebody at the curation desk in a real Chromium: wide or narrow, light or dark, English or Japanese."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page

from tests.fakes.chromium import PATIENCE, PICTURES

DOCS = Path(__file__).parents[2] / "docs" / "pictures"
FOR_DOCS = {  # by their names in artifacts/desk
    "review-correction": "desk-review",
    "dataset-list": "desk-dataset",
    "run-awaiting": "desk-run",
    "models": "desk-models",
}
HEIGHT = 1_000  # pixels of a picture for the docs
SERIOUS = ("serious", "critical")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Look(NamedTuple):
    """How a screen is looked at."""

    width: int
    scheme: Literal["light", "dark"]
    locale: str

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}-{self.locale[:2]}"


WIDE, NARROW = 1440, 390
ALL_LOOKS = (
    Look(WIDE, "light", "en-US"),
    Look(NARROW, "dark", "ja-JP"),
    Look(WIDE, "dark", "ja-JP"),
    Look(NARROW, "light", "en-US"),
)
PICTURING = os.environ.get("UPDATE_PICTURES") == "1"
LOOKS = ALL_LOOKS if PICTURING else ALL_LOOKS[:2]  # two hold both of everything
ONE_LOOK = (Look(NARROW, "light", "ja-JP"),)  # of what differs by its words alone


@dataclass(frozen=True)
class Visit:
    """One signed-in browser; `get` opens a path of the desk."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str]

    async def get(self, path: str) -> Page:
        """The screen, drawn; the same page each time."""
        await self.page.goto(self.url + path)
        await self.page.wait_for_selector("body.ready")
        return self.page


@asynccontextmanager
async def visit(
    browser: Browser, url: str, link: str, look: Look = LOOKS[0], *, scripts: bool = True
) -> AsyncIterator[Visit]:
    """Come in by a link from App Home. A complaint of a script, of the policy or of an answer fails."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": 900},
        color_scheme=look.scheme,
        locale=look.locale,
        java_script_enabled=scripts,
        timezone_id="UTC",
    )
    context.set_default_timeout(PATIENCE)
    page, complaints = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((url, "blob:", "data:")) else complaints.append(asked.url)
        ),
    )
    await page.goto(url + link)
    await page.click("form button.main")
    yield Visit(context, page, url, complaints)
    await context.close()
    assert complaints == []


async def accessible(page: Page) -> None:
    """No serious violation by axe-core's rules; reads the page as it stands now."""
    found = await Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    grave = [
        (each["id"], each["impact"], [node["html"][:160] for node in each["nodes"]][:3])
        for each in found.response["violations"]
        if each["impact"] in SERIOUS
    ]
    assert grave == []


async def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    wider = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wider <= 0, f"{wider} px too wide"


async def looked_at(visit: Visit, paths: Mapping[str, str], look: Look) -> None:
    """Each fits, axe finds nothing serious in it, and a picture by its name is kept in artifacts/desk."""
    for name, path in paths.items():
        page = await visit.get(path)
        picture = PICTURES / "desk" / f"{name}-{look}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=picture, full_page=True)
        if PICTURING and look == LOOKS[0] and name in FOR_DOCS:
            kept = DOCS / f"{FOR_DOCS[name]}.png"
            with Image.open(picture) as drawn:
                top = drawn.crop((0, 0, drawn.width, min(drawn.height, HEIGHT)))
                top.convert("RGB").save(kept, optimize=True)
        await fits(page)
        await accessible(page)
