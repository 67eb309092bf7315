"""App Home's link: for one person, once, for a quarter of an hour; looking at it uses nothing up."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from bot.errors import SurfaceUnavailable
from bot.slack.signin import SlackCurators
from bot.web import access
from tests.factories import ASKER, CURATOR, TEAM
from tests.scenarios.pages.conftest import SECRET, House, token_in

pytestmark = pytest.mark.anyio


# Nobody can sign in with Slack here.
CHANGES = {"sign_in_client_id": "", "sign_in_client_secret": ""}


async def test_it_asks_first_and_works_once(house: House) -> None:
    link = house.link(CURATOR)
    async with house.browser() as scanner, house.browser() as browser, house.browser() as late:
        for _ in range(3):
            assert (await scanner.get(link)).status_code == 200
        asked = await browser.get(link)
        assert "This link was made for ben." in asked.text
        form = {"token": token_in(asked, "token")}
        back = await browser.post("/curate/enter", data=form)
        assert (back.status_code, back.headers["location"]) == (303, "/curate")
        assert (await browser.get("/curate")).status_code == 200
        assert (await browser.get(link)).headers["location"] == "/curate"
        again = await late.post("/curate/enter", data=form)
        assert again.status_code == 403
        assert "This link does not work any more" in again.text


async def test_two_who_press_at_once_do_not_both_come_in(house: House) -> None:
    import asyncio

    form = {"token": house.link(CURATOR).partition("token=")[2]}
    async with house.browser() as one, house.browser() as two:
        pressed = (each.post("/curate/enter", data=form) for each in (one, two, one, two))
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*pressed))
    assert statuses == [303, 403, 403, 403]


async def test_trouble_does_not_use_it_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"token": house.link(CURATOR).partition("token=")[2]}

    async def away(*_: object) -> bool:
        raise SurfaceUnavailable("Slack: away")

    async with house.browser() as browser:
        with monkeypatch.context() as troubled:
            troubled.setattr(SlackCurators, "may_curate", away)
            assert (await browser.post("/curate/enter", data=form)).status_code == 503
        assert (await browser.post("/curate/enter", data=form)).status_code == 303


async def test_it_is_over_after_a_while(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    link = house.link(CURATOR)
    monkeypatch.setattr(access, "LINK_SECONDS", -1)
    async with house.browser() as browser:
        assert (await browser.get(link)).status_code == 403


@pytest.mark.parametrize("token", ["x.y.z", "W10.aa.bb", "\x00", "é" * 300])
async def test_a_forged_one_opens_nothing(house: House, token: str) -> None:
    async with house.browser() as browser:
        assert (await browser.get("/curate/enter", params={"token": token})).status_code == 403
        assert (await browser.post("/curate/enter", data={"token": token})).status_code == 403


@pytest.mark.parametrize("salt", ["apprentice-form", "apprentice-session", "itsdangerous"])
async def test_what_was_signed_for_something_else_is_no_link(house: House, salt: str) -> None:
    token = URLSafeTimedSerializer(SECRET, salt=salt).dumps([TEAM, CURATOR, "x"])
    async with house.browser() as browser:
        assert (await browser.post("/curate/enter", data={"token": token})).status_code == 403


async def test_who_is_no_curator_is_refused(house: House) -> None:
    form = {"token": house.link(ASKER).partition("token=")[2]}
    async with house.browser() as browser:
        assert (await browser.post("/curate/enter", data=form)).status_code == 403
        assert "apprentice" not in browser.cookies


async def test_it_is_the_only_way_in_where_signing_in_is_not_set_up(house: House) -> None:
    async with house.browser() as browser:
        page = await browser.get("/curate")
        assert page.status_code == 403
        assert "Open the bot&#39;s Home tab in Slack" in page.text
        assert "/curate/sign-in" not in page.text
        assert (await browser.get("/curate/sign-in")).status_code == 404
        assert (await browser.get("/curate/signed-in?code=x&state=y")).status_code == 403


async def test_an_open_session_of_somebody_else_is_not_mixed_up(house: House) -> None:
    """The page asks, and coming in ends the session before."""
    async with house.browser() as browser:
        await browser.post(
            "/curate/enter", data={"token": house.link("U0ADMIN001").partition("token=")[2]}
        )
        before = browser.cookies["apprentice"]
        asked = await browser.get(house.link(CURATOR))
        assert "made for ben" in asked.text
        await browser.post("/curate/enter", data={"token": token_in(asked, "token")})
        assert "<strong>ben</strong>" in (await browser.get("/curate")).text
    async with house.browser() as browser:
        browser.cookies.set("apprentice", before)
        assert (await browser.get("/curate")).status_code == 403
