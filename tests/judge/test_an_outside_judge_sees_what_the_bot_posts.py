"""emulate (npm, 0.8.0), a Slack that others wrote, takes what the bot sends through the real slack_sdk.

It is asked with strict scopes: those of our manifest, no more. What it cannot do, and the sandbox
judges instead:

- streams (`chat.startStream`, `appendStream`, `stopStream`): it answers 404, and the bot posts and edits
- the agent's status line, title and prompts (`assistant.threads.*`), user groups (`usergroups.*`)
- Block Kit's limits, rate limits, deliveries signed and sent again, Socket Mode
- commands, clicks and submissions: the test delivers those itself, with the judge's trigger ids
- arguments in an address, where slack_sdk puts some: interpreter.py puts them into the body
- files on a host of their own that only a bot token opens
"""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.workplace import until
from tests.judge.conftest import BOT, CHANNEL, PERSON, TOKEN, Court

pytestmark = pytest.mark.anyio


async def test_a_mention_is_answered_in_its_thread(court: Court) -> None:
    """No streams here: posted, edited, marked as a reply, and told once."""
    court.models.answer = lambda _model, _messages: "20 days."
    ts = await court.ask("How many days of leave?")
    answer = await court.answer(ts)
    assert "20 days." in answer["text"]
    assert answer["thread_ts"] == ts
    assert answer["metadata"]["event_type"] == "apprentice_reply"
    kinds = [block["type"] for block in answer["blocks"]]
    assert kinds[0] == "markdown"
    assert "context_actions" in kinds
    replies = await court.person.call("conversations.replies", channel=CHANNEL, ts=ts)
    assert len(replies["messages"]) == 2


async def test_app_home_is_published(court: Court) -> None:
    """The judge keeps the Home of who opened it."""
    opened = {"type": "app_home_opened", "user": PERSON, "channel": "D0", "tab": "home"}
    await court.deliver({**opened, "event_ts": "1.000001"})

    async def published() -> bool:
        return ">app home<" in await court.views()

    await until("the Home", published)


async def test_thumbs_down_opens_the_form(court: Court) -> None:
    """The judge exchanges its own trigger id for the modal."""
    answer = await court.answer(await court.ask("How many days of leave?"))
    block = next(each for each in answer["blocks"] if each["type"] == "context_actions")
    element = block["elements"][0]
    action = {
        "type": "feedback_buttons",
        "action_id": element["action_id"],
        "block_id": block.get("block_id", "b"),
        "value": element["negative_button"]["value"],
        "text": element["negative_button"]["text"],
        "action_ts": "1.000001",
    }
    message = {**answer, "type": "message", "bot_id": "B0APPRENTI"}
    await court.interact(
        {
            "type": "block_actions",
            "trigger_id": await court.trigger(),
            "container": {
                "type": "message",
                "message_ts": answer["ts"],
                "channel_id": CHANNEL,
                "thread_ts": answer["thread_ts"],
                "is_ephemeral": False,
            },
            "channel": {"id": CHANNEL, "name": "general"},
            "message": message,
            "state": {"values": {}},
            "response_url": f"{court.url}/none",
            "actions": [action],
        }
    )

    async def opened() -> bool:
        return ">modal<" in await court.views()

    await until("the form", opened)


async def test_a_thread_is_read_before_it_is_answered(court: Court) -> None:
    """`conversations.replies` of the judge, by cursor and scope, gives the model what was said before."""
    root = await court.person.call("chat.postMessage", channel=CHANNEL, text="We close at 5 now.")
    ts = await court.ask("When do we close?", thread=root["ts"])
    await court.answer(root["ts"])
    asked = court.models.chats[-1].messages
    assert any("We close at 5 now." in str(message["content"]) for message in asked)
    assert ts > root["ts"]


async def test_a_picture_is_uploaded(court: Court) -> None:
    """The three steps of files_upload_v2, by the client that the bot posts its plots with."""
    client = AsyncWebClient(token=TOKEN, base_url=f"{court.slack_url}/api/")
    await client.files_upload_v2(channel=CHANNEL, filename="loss.png", content=b"png", title="Loss")
    said = await court.person.call("conversations.history", channel=CHANNEL)
    files = [file for message in said["messages"] for file in message.get("files", ())]
    assert [(file["name"], file["title"], file["user"]) for file in files] == [
        ("loss.png", "Loss", BOT)
    ]
