"""Files in and out of the dataset, as people do it: by dropping one, ticking, and pressing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.texts.desk import exchange
from finetune import Message, Source, Status
from tests.browser.desk.conftest import Desk
from tests.factories import CURATOR
from tests.fakes.desk_browser import ONE_LOOK
from tests.scenarios.pages.conftest import House, waiting

pytestmark = pytest.mark.anyio
PAGE = "/curate/dataset/import"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
TABLE = f"""question,answer,team
有給休暇は何日ありますか？,年に 25 日です。半休も取れます 🌴,HR
有給休暇は何日ありますか？,年に 25 日です。半休も取れます 🌴,HR
Who do I call when I am ill?,"Call Ann before nine, +1 415 555 0132 or ann.lee@bakery.co",HR
Where is the wifi password?,"On the board.
```bash
nmcli dev wifi connect bakery
```",IT
Where is the wifi password?,Ask at the desk.,IT
What does {LONG} mean?,A badge on a captain's cap.,Fun
When is lunch?,,Kitchen
"""


def said(question: str, answer: str, number: int, **changes: object) -> dict[str, object]:
    """Values of an example."""
    return {
        "messages": (
            Message(role="user", content=question),
            Message(role="assistant", content=answer),
        ),
        "status": Status.APPROVED,
        "approved_by": CURATOR,
        "by_curator": True,
        **changes,
    }


@pytest.fixture(scope="module")
async def filled(house: House) -> AsyncIterator[House]:
    """A dataset of all kinds."""
    rows = [
        ("How do I book a day off?", "In the **HR tool**:\n\n1. Open it\n2. Press *Book*", {}),
        ("経費の締め日はいつですか？", "毎月 25 日です。領収書は原本を提出してください。", {}),
        (f"What is {LONG}?", "=HYPERLINK is no formula here", {"rejected": None}),
        ("Deploy?", "```bash\nmake deploy ENV=staging\n```\nThen look at 📈.", {}),
    ]
    for number, (question, answer, changes) in enumerate(rows):
        values = said(question, answer, number, **changes)
        if values.get("rejected", "") is None:
            values["source"] = Source.THUMBS_UP
        await house.dataset.submit(waiting(number, **values))
    yield house


async def test_a_file_is_dropped_looked_at_and_imported(
    desk: Desk, filled: House, tmp_path: Path
) -> None:
    file = tmp_path / "社内 FAQ 2026.csv"
    file.write_text(TABLE)
    await desk.look({"import-begin": PAGE, "export": "/curate/dataset/export"})
    async with desk.opened() as visit:
        page = await visit.get(PAGE)
        await page.set_input_files("input[type=file]", file)
        t = exchange.EN
        await expect(page.get_by_text(t.remedies)).to_be_visible()
        found = page.url.removeprefix(visit.url)
        await desk.look({"import-found": found})
        await page.get_by_label("rows that were there before").uncheck()
        await page.get_by_role("button", name=t.look_again).click()
        await expect(page.get_by_text(t.looked)).to_be_visible()
        await page.get_by_role("button", name="Import 5 examples").click()
        await expect(page.get_by_role("heading", name="5 rows are in")).to_be_visible()
        await desk.look({"import-done": found}, looks=ONE_LOOK)


async def test_what_is_no_table_is_not_even_sent(desk: Desk, filled: House, tmp_path: Path) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(b"\x89PNG")
    async with desk.opened() as visit:
        page = await visit.get(PAGE)
        await page.set_input_files("input[type=file]", file)
        await expect(page.get_by_text(exchange.EN.no_format)).to_be_visible()


async def test_a_file_that_cannot_be_imported_says_why(
    desk: Desk, filled: House, tmp_path: Path
) -> None:
    file = tmp_path / "three columns.csv"
    file.write_text("team,topic,text\nHR,a,b\nIT,c,d\n")
    async with desk.opened() as visit:
        page = await visit.get(PAGE)
        await page.set_input_files("input[type=file]", file)
        await expect(page.get_by_text(exchange.EN.unusable)).to_be_visible()
        refused = page.url.removeprefix(visit.url)
        await desk.look({"import-refused": refused}, looks=ONE_LOOK)


async def test_an_export_is_downloaded_without_scripts(desk: Desk, filled: House) -> None:
    async with desk.opened(scripts=False) as visit:
        await visit.page.goto(f"{visit.url}/curate/dataset/export")
        async with visit.page.expect_download() as started:
            await visit.page.get_by_label("Download CSV").click()
        assert (await started.value).suggested_filename == "examples.csv"
