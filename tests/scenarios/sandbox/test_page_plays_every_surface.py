"""Files, the agent's pane, Home, forms, messages for one person: each played in a real browser."""

import struct
import zlib

import pytest
from playwright.async_api import Page, expect

from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, JAPANESE
from tests.fakes.chromium import opened_page, picture
from tests.fakes.workplace import until
from tests.scenarios.sandbox import gallery
from tests.scenarios.sandbox.conftest import Desk
from tests.scenarios.sandbox.test_page_is_worked_like_slack import act_as, address

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
NOTES = {"name": "notes.md", "mimeType": "text/markdown", "buffer": b"# Notes\n"}
ACTIONS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Stop"}}
        ],
    }
]


def drawing(width: int = 320, height: int = 120) -> bytes:
    """A PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\x00" + b"\x5b\x4b\x9e" * width) * height
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def loaded(page: Page, name: str) -> bool:
    image = page.get_by_role("img", name=name)
    await expect(image).to_be_visible()
    return bool(await image.evaluate("image => image.complete && image.naturalWidth > 0"))


async def test_files_are_attached_taken_out_and_sent(desk: Desk) -> None:
    """A picture is shown, a text is a card; the app hears of one message with both."""
    async with opened_page(address(desk, ASKER)) as page:
        image = {"name": "oven.png", "mimeType": "image/png", "buffer": drawing()}
        await page.get_by_label("Choose files").first.set_input_files(
            [NOTES, image, {**NOTES, "name": "x.txt"}]
        )
        await page.get_by_role("button", name="Remove x.txt").click()
        await page.get_by_role("textbox", name="Message #general").fill("Two files")
        await picture(page, "sandbox/attached")
        await page.get_by_role("button", name="Send message").click()
        message = page.get_by_role("article", name="Aiko")
        await expect(message.get_by_role("link", name="File notes.md")).to_contain_text("8 B")
        await until("the picture to load", lambda: loaded(page, "oven.png"))
        await expect(page.get_by_role("listitem").filter(has_text="notes.md")).to_be_hidden()
        await picture(page, "sandbox/files")
    heard = await until("the message", lambda: desk.app.events("message"))
    assert [each["name"] for each in heard[0]["files"]] == ["notes.md", "oven.png"]


async def test_the_agents_pane_suggests_and_answers(desk: Desk) -> None:
    """Opened from the side, it tells the app; a prompt asks, and the thread has the title that was set."""
    async with opened_page(address(desk, JAPANESE)) as page:
        await page.get_by_role("button", name="App Apprentice").click()
        prompts = page.get_by_role("group", name="Suggested prompts")
        await prompts.get_by_role("button", name="Opening hours").click()
        thread = page.get_by_role("complementary", name="Thread")
        await expect(thread.get_by_role("article", name="Apprentice")).to_contain_text("Hello you")
        asked = await until("the question", lambda: desk.app.events("message"))
        about = {"channel_id": asked[0]["channel"], "thread_ts": asked[0]["ts"]}
        await desk.client.assistant_threads_setTitle(**about, title="When we open")
        await expect(thread.get_by_text("When we open")).to_be_visible()
        await picture(page, "sandbox/agent")
    opened = desk.app.events("app_home_opened")
    assert [(each["tab"], each["user"]) for each in opened] == [("messages", JAPANESE)]


async def test_home_shows_and_sends_everything(desk: Desk) -> None:
    """Selects, boxes, menus; a dangerous button asks first."""
    uploaded = await desk.client.files_upload_v2(filename="loss.png", content=drawing())
    blocks = gallery.home(uploaded["file"]["id"])

    def pressed() -> list[tuple[str, object]]:
        found = [heard["action"] for heard in desk.app.events("block_actions")]
        return [(each["action_id"], each.get("selected_option", {}).get("value")) for each in found]

    async with opened_page(address(desk, CURATOR)) as page:
        await page.get_by_role("button", name="App Apprentice").click()
        await page.get_by_role("tab", name="Home").click()
        await expect(page.get_by_role("heading", name="Welcome home")).to_be_visible()
        await desk.client.views_publish(user_id=CURATOR, view={"type": "home", "blocks": blocks})
        await expect(page.get_by_role("heading", name="Review queue")).to_be_visible()
        await until("the picture to load", lambda: loaded(page, "Loss"))
        await picture(page, "sandbox/home")
        await page.get_by_role("button", name="Reject").click()
        await page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
        await page.get_by_role("button", name="Reject").click()
        await picture(page, "sandbox/confirm")
        await page.get_by_role("alertdialog").get_by_role("button", name="Reject").click()
        await until("the rejection", lambda: pressed() == [("reject", None)])
        await page.get_by_role("button", name="More options").click()
        await page.get_by_role("menuitem", name="Edit").click()
        await until("the menu", lambda: len(pressed()) == 2)
        await page.get_by_role("radio", name="Leave me out").check()
        await until("the radio button", lambda: len(pressed()) == 3)
        await page.get_by_role("checkbox", name="Keep my questions").uncheck()
        await until("the box", lambda: len(pressed()) == 4)
        await page.get_by_role("combobox").select_option("Page 2")
        await until("the list", lambda: len(pressed()) == 5)
    assert pressed()[1:3] == [("more", "edit"), ("news", "no")]
    assert pressed()[4] == ("page", "2")
    assert desk.app.events("block_actions")[3]["action"]["selected_options"] == []


async def test_a_form_takes_every_input(desk: Desk) -> None:
    """Pre-filled where the app pre-filled, and sent in the shapes that Slack sends."""
    async with opened_page(address(desk, ADMIN)) as page:
        box = page.get_by_role("textbox", name="Message #general")
        await box.fill("/retrain form")
        await box.press("Enter")
        form = page.get_by_role("dialog", name="Every input")
        words = form.get_by_role("textbox", name="What should the reply have been?")
        await expect(words).to_have_value("You get 20 days.")
        await words.fill("25 日です。")
        await form.get_by_role("radio", name="Wrong").check()
        await form.get_by_label("Base model").select_option("handbook-base")
        await form.get_by_role("checkbox", name="Dry run").check()
        await form.get_by_label("Channel").select_option("#managers")
        await form.get_by_label("Who else").select_option(["Ben", "田中 遥"])
        await picture(page, "sandbox/inputs")
        await form.get_by_role("button", name="Save").click()
        await expect(form).to_be_hidden()
    (sent,) = desk.app.events("view_submission")
    values = {
        block: next(iter(each.values())) for block, each in sent["view"]["state"]["values"].items()
    }
    assert values["reply"]["value"] == "25 日です。"
    assert values["reason"]["selected_option"]["value"] == "wrong"
    assert values["model"]["selected_option"]["value"] == "m"
    assert [each["value"] for each in values["dry"]["selected_options"]] == ["dry"]
    assert (values["limit"]["value"], values["day"]["selected_date"]) == ("3", "2026-11-20")
    assert values["where"]["selected_conversation"] == "C0MANAGERS"
    assert values["who"]["selected_users"] == [CURATOR, JAPANESE]
    assert values["at"]["selected_date_time"] is None


async def test_what_one_person_sees_has_buttons(desk: Desk) -> None:
    """A click in an ephemeral message reaches the app, without the message."""
    await desk.client.chat_postEphemeral(channel=CHANNEL, user=ASKER, text="Stop?", blocks=ACTIONS)
    async with opened_page(address(desk, ASKER)) as page:
        await page.get_by_role("button", name="Stop", exact=True).click()
        (heard,) = await until("the click", lambda: desk.app.events("block_actions"))
        assert heard["container"]["is_ephemeral"]
        assert "message" not in heard
        await act_as(page, "Ben")
        await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()


async def test_a_stream_can_carry_a_button(desk: Desk) -> None:
    """Pressed while the text still grows."""
    ts = await desk.people.ask(ASKER, "hello")
    about = {"recipient_team_id": "T0DEMO0001", "recipient_user_id": ASKER, "thread_ts": ts}
    started = await desk.client.chat_startStream(channel=CHANNEL, markdown_text="It grows", **about)
    chunks = [{"type": "blocks", "blocks": ACTIONS}]
    await desk.client.chat_appendStream(channel=CHANNEL, ts=started["ts"], chunks=chunks)
    async with opened_page(address(desk, ASKER, thread_ts=ts)) as page:
        growing = page.get_by_role("complementary", name="Thread").get_by_role(
            "article", name="Apprentice"
        )
        await expect(growing).to_have_attribute("aria-busy", "true")
        await growing.get_by_role("button", name="Stop").click()
        await until("the click", lambda: desk.app.events("block_actions"))


async def test_another_app_is_told_from_people(desk: Desk) -> None:
    """By its badge, with the name that its webhook gave."""
    await desk.people.bot_says("Deployed.", as_user=False)
    async with opened_page(address(desk, ASKER)) as page:
        message = page.get_by_role("article", name="Deploys")
        await expect(message.get_by_text("APP", exact=True)).to_be_visible()
