"""What every screen stands in."""

import pytest

from tests.browser.desk.conftest import Desk
from tests.fakes.desk_browser import ONE_LOOK

pytestmark = pytest.mark.anyio


async def test_an_empty_desk_looks_well(desk: Desk) -> None:
    await desk.look({"shell-empty": "/curate"}, looks=ONE_LOOK)


async def test_the_screens_are_read_without_scripts(desk: Desk) -> None:
    async with desk.opened(scripts=False) as visit:
        await visit.page.goto(f"{visit.url}/curate")
        assert "Review" in await visit.page.locator("nav a[aria-current=page]").inner_text()
