"""Files go with messages; the app reads them with its token, and gets a login page without it."""

from pathlib import Path

import httpx
import pytest

from tests.factories import ASKER, CHANNEL, GUEST, JAPANESE, MANAGERS
from tests.scenarios.sandbox.conftest import Desk, open_desk

pytestmark = pytest.mark.anyio
TOKEN = {"Authorization": "Bearer xoxb-sandbox-bot"}


async def test_a_file_comes_with_a_message_of_its_own_subtype(desk: Desk) -> None:
    """`file_share`, in Slack's shape; as a mention it has no subtype."""
    ts = await desk.people.share(ASKER, "notes.md", b"# Notes", "@apprentice read this")
    await desk.people.quiet()
    (heard,) = [each for each in desk.app.events("message") if each["ts"] == ts]
    (mention,) = desk.app.events("app_mention")
    (file,) = heard["files"]
    assert (heard["subtype"], mention.get("subtype")) == ("file_share", None)
    assert (file["name"], file["mimetype"], file["filetype"]) == (
        "notes.md",
        "text/markdown",
        "markdown",
    )
    assert (file["size"], file["user"], file["channels"]) == (7, ASKER, [CHANNEL])
    assert mention["files"] == [file]


async def test_a_file_needs_no_words(desk: Desk) -> None:
    """A message of files alone has an empty text."""
    await desk.people.share_all(ASKER, {"a.txt": b"a", "b.txt": b"b"})
    (message,) = await desk.people.messages()
    assert (message["text"], [each["name"] for each in message["files"]]) == (
        "",
        ["a.txt", "b.txt"],
    )


async def test_the_apps_token_opens_a_private_address(desk: Desk) -> None:
    """Any other gets the sign-in page, with 200, as Slack answers who follows its redirect."""
    await desk.people.share(ASKER, "menu.txt", b"bread")
    (message,) = await desk.people.messages()
    async with httpx.AsyncClient(follow_redirects=True) as client:
        for name in ("url_private", "url_private_download"):
            address = message["files"][0][name]
            assert (await client.get(address, headers=TOKEN)).content == b"bread"
            locked = await client.get(address)
            assert (locked.status_code, "Sign in" in locked.text) == (200, True)
            assert locked.headers["content-type"].startswith("text/html")


async def test_without_files_read_the_token_opens_nothing(tmp_path: Path) -> None:
    """The scope is asked for at the address too."""
    async with open_desk(tmp_path, scopes=("chat:write",)) as desk:
        await desk.people.share(ASKER, "menu.txt", b"bread")
        (message,) = await desk.people.messages()
        answer = await desk.people.http.get(message["files"][0]["url_private"], headers=TOKEN)
        assert answer.status_code == 302


async def test_another_app_speaks_with_a_bot_id(desk: Desk) -> None:
    """By its user, or as webhooks do without one; it may mention the app too."""
    await desk.people.bot_says("@apprentice deployed")
    await desk.people.bot_says("deployed", as_user=False)
    await desk.people.quiet()
    heard = [each for each in desk.app.events("message") if each["bot_id"] == "B0DEPLOYS1"]
    by_user, by_webhook = sorted(heard, key=lambda event: event["ts"])
    (mention,) = desk.app.events("app_mention")
    assert (by_user["bot_id"], by_user["user"]) == ("B0DEPLOYS1", "U0DEPLOYS1")
    assert (by_webhook["subtype"], by_webhook.get("user")) == ("bot_message", None)
    assert mention["bot_id"] == "B0DEPLOYS1"
    info = await desk.client.bots_info(bot="B0DEPLOYS1")
    assert info["bot"]["user_id"] == "U0DEPLOYS1"


async def test_people_differ_in_language_and_in_what_they_see(desk: Desk) -> None:
    """Haruka's interface is Japanese; Dara is a guest of one channel; #managers is private."""
    japanese = await desk.client.users_info(user=JAPANESE, include_locale=True)
    guest = await desk.client.users_info(user=GUEST)
    assert japanese["user"]["locale"] == "ja-JP"
    assert guest["user"]["is_restricted"]
    members = (await desk.client.conversations_members(channel=MANAGERS))["members"]
    assert {ASKER, GUEST, JAPANESE}.isdisjoint(members)
    seen = [each["id"] for each in (await desk.people.state(GUEST))["channels"]]
    assert seen == [CHANNEL, "D0GUEST001"]


async def test_the_agent_pane_tells_which_tab_was_opened(desk: Desk) -> None:
    """With what the person is looking at besides."""
    await desk.people.open_pane(ASKER)
    await desk.people.quiet()
    (opened,) = desk.app.events("app_home_opened")
    assert (opened["tab"], opened["channel"]) == ("messages", "D0ASKER001")
    assert opened["context"]["entities"][0]["value"] == CHANNEL
