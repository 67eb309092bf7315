"""App Home and the curation pages: the way in, who may, approve and reject."""

import re

import httpx
import pytest

from finetune import Status
from tests.factories import ADMIN, ASKER, CURATOR, TEAM
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
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        page = await browser.get(await link(office, CURATOR))
        assert "25 &lt;i&gt;days&lt;/i&gt;." in page.text
        [action] = re.findall(rf'action="([^"]+/{verdict})"', page.text)
        token = re.search(r'name="form_token" value="([^"]+)"', page.text)
        assert token is not None
        after = await browser.post(f"{office.bot_url}{action}", data={"form_token": token[1]})
        assert after.status_code == 200
    assert (await office.workspace.dataset.counts())[status] == 1
    assert await office.workspace.dataset.pending() == []


async def test_nobody_comes_in_without_a_link_or_with_a_forged_one(office: Office) -> None:
    async with httpx.AsyncClient(base_url=office.bot_url) as browser:
        assert (await browser.get("/curate")).status_code == 403
        assert (await browser.get("/curate/enter", params={"token": "x.y.z"})).status_code == 403
        browser.cookies.set("apprentice", "x.y.z")
        assert (await browser.get("/curate")).status_code == 403


async def test_a_session_of_somebody_who_is_no_curator_opens_nothing(office: Office) -> None:
    from bot.web.access import Access

    forged = Access("the-signing-secret", office.bot_url).link(TEAM, ASKER)
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        assert (await browser.get(forged)).status_code == 403


async def test_a_decision_needs_the_forms_token(office: Office) -> None:
    await corrected_by_anyone(office)
    [example] = await office.workspace.dataset.pending()
    async with httpx.AsyncClient(follow_redirects=True, base_url=office.bot_url) as browser:
        await browser.get(await link(office, CURATOR))
        address = f"/curate/{example.example_id}/approve"
        assert (await browser.post(address, data={"form_token": "guess"})).status_code == 403
    assert len(await office.workspace.dataset.pending()) == 1
