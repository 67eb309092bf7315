"""From App Home to the curation pages: the way in, approve and reject."""

import re

import httpx
import pytest

from finetune import Status
from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


async def corrected_by_anyone(office: Office) -> None:
    """Something waits in the queue."""
    ts = await office.people.ask(ASKER, "@apprentice How many <b>days</b>?")
    await office.people.correct(ASKER, await office.people.answer(ts), "25 <i>days</i>.")

    async def pending() -> bool:
        return bool(await office.workspace.dataset.pending())

    await until("the correction to wait", pending)


async def link(office: Office, user: str) -> str:
    """The address behind the button in this person's App Home."""
    home = await office.people.home(user)
    [address] = re.findall(r"http://[^']+/curate/enter\?token=[^']+", str(home))
    return address


def field(page: httpx.Response, name: str) -> str:
    """A hidden field of the page."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def test_app_home_shows_what_became_of_ones_corrections(office: Office) -> None:
    await corrected_by_anyone(office)
    home = str(await office.people.home(ASKER))
    assert "How many" in home
    assert "Pending: a curator will decide." in home
    assert "Review queue" not in home


async def test_only_admins_are_told_of_retrain(office: Office) -> None:
    assert "/retrain" in str(await office.people.home(ADMIN))
    assert "/retrain" not in str(await office.people.home(ASKER))


@pytest.mark.parametrize(
    ("verdict", "status"), [("approve", Status.APPROVED), ("reject", Status.REJECTED)]
)
async def test_a_curator_decides_on_the_page(office: Office, verdict: str, status: Status) -> None:
    await corrected_by_anyone(office)
    async with httpx.AsyncClient(follow_redirects=True, base_url=office.bot_url) as browser:
        asked = await browser.get(await link(office, CURATOR))
        page = await browser.post("/curate/enter", data={"token": field(asked, "token")})
        assert "25 &lt;i&gt;days&lt;/i&gt;." in page.text
        [action] = re.findall(rf'action="([^"]+/{verdict})"', page.text)
        form = {name: field(page, name) for name in ("form_token", "seen")}
        after = await browser.post(action, data=form)
        assert after.status_code == 200
    assert (await office.workspace.dataset.counts())[status] == 1
    assert await office.workspace.dataset.pending() == []
