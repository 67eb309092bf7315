"""Somebody looks at what the app asks for, allows it, and the app exchanges the code."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_sdk.errors import SlackApiError

from tests.scenarios.sandbox.conftest import Desk

pytestmark = pytest.mark.anyio
BACK = "https://bot.example.com/slack/oauth_redirect"
ASKED = {"client_id": "1.2", "scope": "chat:write,users:read", "redirect_uri": BACK, "state": "s"}


async def link(desk: Desk, words: str) -> dict[str, str]:
    """What the link of the page carries back to the app."""
    page = (await desk.people.http.get("/oauth/v2/authorize", params=ASKED)).text
    assert "<code>users:read</code>" in page
    found = re.search(rf'href="([^"]*)">{words}<', page)
    assert found is not None
    parts = urlsplit(unescape(found[1]))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


async def test_a_code_is_exchanged_once(desk: Desk) -> None:
    """For the scopes that were asked for."""
    back = await link(desk, "Allow")
    assert back["state"] == "s"
    about = {"client_id": "1.2", "client_secret": "x", "redirect_uri": BACK, "code": back["code"]}
    got = await desk.client.oauth_v2_access(**about)
    assert (got["team"]["id"], got["scope"]) == ("T0DEMO0001", "chat:write,users:read")
    with pytest.raises(SlackApiError, match="invalid_code"):
        await desk.client.oauth_v2_access(**about)


async def test_a_code_belongs_to_who_asked(desk: Desk) -> None:
    """Another client or another address is refused."""
    for wrong, error in (
        ({"client_id": "3.4"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.example.com"}, "bad_redirect_uri"),
    ):
        about = {"client_id": "1.2", "client_secret": "x", **wrong}
        with pytest.raises(SlackApiError, match=error):
            await desk.client.oauth_v2_access(**about, code=(await link(desk, "Allow"))["code"])


async def test_a_refusal_is_told(desk: Desk) -> None:
    """`access_denied`, with the app's own state."""
    assert await link(desk, "Cancel") == {"error": "access_denied", "state": "s"}
