"""Who may curate signs in with Slack; everyone else is told what to do, and gets no session."""

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer
from redis.asyncio import Redis

from bot import doctor
from bot.settings import Settings
from bot.web import access
from tests.factories import ADMIN, ASKER, CURATOR, GUEST
from tests.scenarios.pages.conftest import (
    CLIENT,
    SECRET,
    House,
    begin,
    choose,
    query,
    sign_in,
    token_in,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("who", [CURATOR, ADMIN])
async def test_curators_and_admins_come_in(house: House, who: str) -> None:
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        back = await sign_in(browser, who)
        assert (back.status_code, back.headers["location"]) == (303, "/curate")
        page = await browser.get("/curate")
        assert page.status_code == 200
        assert "How many days, number 0?" in page.text
        assert {CURATOR: "<strong>ben</strong>", ADMIN: "<strong>chie</strong>"}[who] in page.text
        assert ">aiko<" in page.text


async def test_without_a_session_there_is_a_button_and_nothing_else(house: House) -> None:
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        page = await browser.get("/curate")
        assert page.status_code == 403
        assert 'href="/curate/sign-in">Sign in with Slack<' in page.text
        assert "How many" not in page.text
        japanese = await browser.get("/curate", headers={"Accept-Language": "ja"})
        assert "Slack でサインイン" in japanese.text
        assert '<html lang="ja">' in japanese.text


async def test_slack_is_asked_for_a_code_for_this_browser_only(house: House) -> None:
    async with house.browser() as browser:
        address = await begin(browser)
        asked = query(address)
        assert address.startswith(f"{house.slack_url}/openid/connect/authorize?")
        assert {name: asked[name] for name in ("response_type", "client_id", "team")} == {
            "response_type": "code",
            "client_id": CLIENT,
            "team": "T0DEMO0001",
        }
        assert asked["redirect_uri"] == f"{house.url}/curate/signed-in"
        assert "openid" in asked["scope"].split(",")
        again = query(await begin(browser))
        assert asked["state"] != again["state"]
        assert asked["nonce"] != again["nonce"]


@pytest.mark.parametrize("who", [ASKER, GUEST])
async def test_who_has_no_role_is_refused_and_gets_no_session(house: House, who: str) -> None:
    async with house.browser() as browser:
        back = await sign_in(browser, who)
        assert back.status_code == 403
        assert "These pages are for curators" in back.text
        assert "apprentice" not in browser.cookies
        assert (await browser.get("/curate")).status_code == 403


async def test_who_does_not_allow_it_is_not_signed_in(house: House) -> None:
    async with house.browser() as browser:
        path = await choose(await begin(browser), "Cancel")
        assert "error=access_denied" in path
        back = await browser.get(path)
        assert back.status_code == 403
        assert "You are not signed in" in back.text
        assert "/curate/sign-in" in back.text


async def test_a_state_works_once(house: House) -> None:
    """The second time not even with a new code."""
    async with house.browser() as browser:
        address = await begin(browser)
        kept = dict(browser.cookies)
        assert (await browser.get(await choose(address, CURATOR))).status_code == 303
        other = await choose(address, CURATOR)
    async with httpx.AsyncClient(base_url=house.url, cookies=kept, verify=False) as browser:
        back = await browser.get(other)
        assert back.status_code == 403
        assert "not begun here" in back.text


async def test_beginning_leaves_nothing_behind(house: House, redis_url: str) -> None:
    """Anybody may press the button as often as they like."""
    async with Redis.from_url(redis_url) as redis, house.browser() as browser:
        before = set(await redis.keys("apprentice:web:*"))
        for _ in range(3):
            path = await choose(await begin(browser), CURATOR)
        assert set(await redis.keys("apprentice:web:*")) == before
        assert (await browser.get(path)).status_code == 303


@pytest.mark.parametrize("salt", ["apprentice-link", "itsdangerous"])
async def test_a_state_that_a_browser_made_itself_is_none(house: House, salt: str) -> None:
    state = URLSafeTimedSerializer(SECRET, salt=salt).dumps("x")
    for made in (state, "guessed"):
        cookies = {"apprentice-sign-in": f"{made}.nonce"}
        async with httpx.AsyncClient(base_url=house.url, cookies=cookies) as browser:
            back = await browser.get("/curate/signed-in", params={"state": made, "code": "x"})
            assert "not begun here" in back.text


async def test_a_state_is_too_old_after_a_while(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.browser() as browser:
        path = await choose(await begin(browser), CURATOR)
        monkeypatch.setattr(access, "SIGN_IN_SECONDS", -1)
        assert (await browser.get(path)).status_code == 403


async def test_a_sign_in_ends_in_the_browser_in_which_it_began(house: House) -> None:
    """Else somebody could sign another in as themselves."""
    async with house.browser() as mine, house.browser() as other:
        path = await choose(await begin(mine), CURATOR)
        assert (await other.get(path)).status_code == 403
        await begin(other)
        assert (await other.get(path)).status_code == 403
        assert (await mine.get(path)).status_code == 303


@pytest.mark.parametrize("path", ["", "?code=x", "?code=x&state=guessed", "?error=access_denied"])
async def test_a_return_without_a_beginning_is_refused(house: House, path: str) -> None:
    async with house.browser() as browser:
        assert (await browser.get(f"/curate/signed-in{path}")).status_code == 403


async def test_a_code_works_once(house: House) -> None:
    """With a fresh state of one's own, a code that was exchanged is still no good."""
    async with house.browser() as browser, house.browser() as thief:
        path = await choose(await begin(browser), CURATOR)
        assert (await browser.get(path)).status_code == 303
        state = query(await begin(thief))["state"]
        params = {"code": query(path)["code"], "state": state}
        back = await thief.get("/curate/signed-in", params=params)
        assert back.status_code == 403
        assert "Slack did not confirm" in back.text


async def test_a_code_of_somebody_elses_sign_in_is_refused(house: House) -> None:
    """An unused code put into another browser's sign-in: the nonce in the token is not its own."""
    async with house.browser() as browser, house.browser() as thief:
        stolen = query(await choose(await begin(browser), CURATOR))["code"]
        state = query(await begin(thief))["state"]
        params = {"code": stolen, "state": state}
        back = await thief.get("/curate/signed-in", params=params)
        assert back.status_code == 403
        assert "Slack did not confirm" in back.text


async def test_signing_in_again_begins_a_new_session_and_ends_the_old_one(house: House) -> None:
    """No fixation: what the browser had before is worth nothing afterwards."""
    async with house.browser() as browser:
        await sign_in(browser)
        before = browser.cookies["apprentice"]
        await sign_in(browser)
        assert browser.cookies["apprentice"] != before
        assert (await browser.get("/curate")).status_code == 200
    async with house.browser() as browser:
        browser.cookies.set("apprentice", before)
        assert (await browser.get("/curate")).status_code == 403


async def test_a_session_of_somebodys_choice_is_not_taken_over(house: House) -> None:
    async with house.browser() as browser:
        browser.cookies.set("apprentice", "planted", domain="127.0.0.1")
        back = await sign_in(browser)
        assert "apprentice=planted" not in back.headers["set-cookie"]
    async with house.browser() as browser:
        browser.cookies.set("apprentice", "planted")
        assert (await browser.get("/curate")).status_code == 403


async def test_signing_out_ends_the_session_wherever_its_cookie_is(house: House) -> None:
    async with house.browser() as browser, house.browser() as copy:
        await sign_in(browser)
        copy.cookies.set("apprentice", browser.cookies["apprentice"])
        page = await copy.get("/curate")
        assert page.status_code == 200
        out = await browser.post("/curate/sign-out", data={"form_token": token_in(page)})
        assert out.status_code == 303
        assert "apprentice" not in browser.cookies
        assert (await copy.get("/curate")).status_code == 403


async def test_nobody_is_signed_out_by_a_link(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        assert (await browser.get("/curate/sign-out")).status_code == 405
        assert (await browser.post("/curate/sign-out", data={"form_token": "x"})).status_code == 403
        assert (await browser.get("/curate")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"sign_in_client_secret": "old"}, "bad_client_secret"),
        ({"sign_in_client_secret": ""}, "set SIGN_IN_CLIENT_SECRET"),
        ({"sign_in_client_id": ""}, ""),
    ],
)
async def test_doctor_tries_the_client_id_and_secret(
    house: House, changes: dict[str, str], said: str
) -> None:
    settings = Settings.model_validate(house.service.settings.model_dump() | changes)
    [found] = [one async for one in doctor._sign_in(settings)]
    assert said in found.advice
    assert bool(said) is bool(found.advice)
