"""Somebody says who they are; the app exchanges the code once and can check what it gets."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from slack_sdk.errors import SlackApiError

from tests.scenarios.sandbox.conftest import Desk

pytestmark = pytest.mark.anyio
BACK = "https://bot.example.com/curate/signed-in"
ASKED = {
    "response_type": "code",
    "client_id": "1.2",
    "scope": "openid,profile",
    "redirect_uri": BACK,
    "state": "s&s",
    "nonce": "n",
}
GIVEN = {"client_id": "1.2", "client_secret": "x", "redirect_uri": BACK}


async def code(desk: Desk, name: str = "Ben") -> str:
    """What the link with this name carries back."""
    page = (await desk.people.http.get("/openid/connect/authorize", params=ASKED)).text
    found = re.search(rf'href="([^"]*)">{name} ', page)
    assert found is not None
    back = urlsplit(unescape(found[1]))
    query = parse_qs(back.query)
    assert query["state"] == ["s&s"]
    return query["code"][0]


async def test_the_token_is_signed_with_a_key_that_is_shown(desk: Desk) -> None:
    got = await desk.client.openid_connect_token(**GIVEN, code=await code(desk))
    shown = (await desk.people.http.get("/openid/connect/keys")).json()
    [key] = jwt.PyJWKSet.from_dict(shown).keys
    assert "d" not in shown["keys"][0]
    claims = jwt.decode(
        got["id_token"], key, algorithms=["RS256"], audience="1.2", issuer="https://slack.com"
    )
    assert claims["nonce"] == "n"
    assert claims["https://slack.com/user_id"] == "U0CURATOR1"
    assert claims["https://slack.com/team_id"] == "T0DEMO0001"
    person = await desk.client.openid_connect_userInfo(token=got["access_token"])
    assert (person["sub"], person["name"]) == ("U0CURATOR1", "Ben")
    assert "email" not in person.data


async def test_a_code_works_once(desk: Desk) -> None:
    once = await code(desk)
    await desk.client.openid_connect_token(**GIVEN, code=once)
    with pytest.raises(SlackApiError, match="invalid_code"):
        await desk.client.openid_connect_token(**GIVEN, code=once)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "guessed"}, "invalid_code"),
        ({"client_id": "3.4"}, "invalid_client_id"),
        ({"client_secret": ""}, "bad_client_secret"),
        ({"redirect_uri": "https://elsewhere.example.com"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
async def test_what_slack_refuses_is_refused(
    desk: Desk, changes: dict[str, str], error: str
) -> None:
    with pytest.raises(SlackApiError, match=error):
        await desk.client.openid_connect_token(**GIVEN | {"code": await code(desk)} | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"scope": "profile"},
        {"scope": "openid,chat:write"},
        {"redirect_uri": "javascript:alert(1)"},
        {"team": "T0SOMEWHERE"},
    ],
)
async def test_nobody_is_sent_back_from_a_wrong_address(
    desk: Desk, changes: dict[str, str]
) -> None:
    answer = await desk.people.http.get("/openid/connect/authorize", params=ASKED | changes)
    assert answer.status_code in (400, 404)


async def test_a_person_is_told_only_for_their_own_token(desk: Desk) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await desk.client.openid_connect_userInfo(token="xoxp-guessed")
