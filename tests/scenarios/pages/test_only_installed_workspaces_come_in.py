"""Where many workspaces may install the app, a member of one that has not (any more) is nobody."""

import time

import pytest
from slack_sdk.oauth.installation_store import Installation

from tests.factories import CURATOR, TEAM
from tests.fakes.installed_bot import KEY
from tests.scenarios.pages.conftest import CLIENT, CLIENT_SECRET, House, sign_in, waiting

pytestmark = pytest.mark.anyio
CHANGES = {
    "slack_client_id": CLIENT,
    "slack_client_secret": CLIENT_SECRET,
    "encryption_key": KEY,
    "sign_in_client_id": "",
    "sign_in_client_secret": "",
    "admins": "",
    "curators": CURATOR,  # who is one by name is none without the app
}
INSTALLER, ORGANISATION = CURATOR, "E0HOLDING1"


async def install(house: House, team: str | None = TEAM, enterprise: str | None = None) -> None:
    """By the curator, who is admin there by that."""
    store = house.service.installations
    assert store is not None
    made = Installation(
        user_id=INSTALLER,
        team_id=team,
        enterprise_id=enterprise,
        is_enterprise_install=team is None,
        bot_token="xoxb-sandbox-bot",
        installed_at=time.time() - 10,
    )
    await store.async_save(made)


async def test_the_installer_comes_in_until_the_app_is_removed(house: House) -> None:
    await install(house)
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        assert (await sign_in(browser)).status_code == 303
        assert (await browser.get("/curate")).status_code == 200
        assert house.service.installations is not None
        await house.service.installations.forget(TEAM, time.time())
        gone = await browser.get("/curate")
        assert gone.status_code == 403
        assert "How many" not in gone.text
        again = await sign_in(browser)
        assert again.status_code == 403
        assert "This bot is not in your workspace" in again.text


async def test_a_member_of_a_workspace_without_the_app_is_nobody(house: House) -> None:
    await install(house, "T0ANOTHER1")
    async with house.browser() as browser:
        back = await sign_in(browser)
        assert back.status_code == 403
        assert "apprentice" not in browser.cookies


async def test_another_member_is_no_curator_by_that(house: House) -> None:
    await install(house)
    async with house.browser() as browser:
        assert "for curators" in (await sign_in(browser, "U0ADMIN001")).text


async def test_an_organisation_is_one_workspace(house: House) -> None:
    """Whichever of its workspaces somebody signs in from."""
    await install(house, None, ORGANISATION)
    house.openid.claims["https://slack.com/enterprise_id"] = ORGANISATION
    theirs = house.service.toolkit.workspace(ORGANISATION).dataset
    await theirs.submit(waiting(3))
    async with house.browser() as browser:
        assert (await sign_in(browser)).status_code == 303
        assert "number 3" in (await browser.get("/curate")).text
    house.openid.claims["https://slack.com/enterprise_id"] = "E0ANOTHER1"
    async with house.browser() as browser:
        assert (await sign_in(browser)).status_code == 403
