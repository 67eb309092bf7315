"""What the bot reads of a thread that it is called into."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.domain.conversation import Said
from bot.errors import SurfaceUnavailable
from bot.slack.names import Names
from bot.slack.people import People
from bot.slack.threads import Threads
from tests.factories import turn
from tests.fakes.slack_stub import BOT_USER, NoPreferences, SlackStub

pytestmark = pytest.mark.anyio

ROOT = 1732170000.0
CALLED = turn("whom do I call?", ts=f"{ROOT + 900_000:.6f}", thread_ts=f"{ROOT:.6f}")


def message(text: str, after: float = 0.0, user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"ts": f"{ROOT + after:.6f}", "user": user, "text": text, **more}


async def said(slack: SlackStub) -> list[Said] | None:
    people = People(slack, NoPreferences())  # type: ignore[arg-type]
    return await Threads(slack, Names(slack, people)).said(CALLED)


async def told(slack: SlackStub) -> list[tuple[str, str]]:
    return [(each.name, each.text) for each in await said(slack) or ()]


async def test_everything_before_the_call_is_read_with_names() -> None:
    slack = SlackStub(
        users={"U1": {"name": "ben"}, "U2": {"name": "aiko"}},
        thread=[
            message("The oven is broken."),
            message("<@U1> since this morning &amp; cold", 1, "U2"),
            message("whom do I call?", 900_000, "U2"),
            message("later", 900_001),
        ],
    )
    assert await told(slack) == [
        ("ben", "The oven is broken."),
        ("aiko", "@ben since this morning & cold"),
    ]


async def test_the_message_right_before_the_call_is_read() -> None:
    slack = SlackStub(thread=[message("root"), message("just now", 899_999.999999)])
    assert [text for _, text in await told(slack)] == ["root", "just now"]


async def test_files_of_older_messages_are_named() -> None:
    slack = SlackStub(
        thread=[
            message("look", files=[{"id": "F1", "name": "x.pdf"}]),
            message("", 1, files=[{"id": "F2"}]),
        ]
    )
    assert [text for _, text in await told(slack)] == ["look\n[file: x.pdf]", "[file: F2]"]


async def test_an_alert_of_another_app_is_read_with_the_apps_name() -> None:
    alert = message(
        "",
        user="",
        subtype="bot_message",
        bot_id="B1",
        username="Alarms",
        attachments=[{"title": "CPU high", "text": "97 %"}],
    )
    assert await told(SlackStub(thread=[alert])) == [("Alarms", "CPU high\n97 %")]


async def test_who_joined_and_what_was_deleted_is_no_part_of_it() -> None:
    thread = [
        message("<@U1> has joined the channel", subtype="channel_join"),
        message("This message was deleted.", 1, subtype="tombstone"),
        message("here", 2),
    ]
    assert [text for _, text in await told(SlackStub(thread=thread))] == ["here"]


async def test_of_its_own_messages_only_replies_are_read() -> None:
    mark = {"event_type": "apprentice_reply", "event_payload": {"reply_id": "x"}}
    answer = [{"type": "markdown", "text": "At **seven**."}, {"type": "context", "elements": []}]
    thread = [
        message("A run is under way", user=BOT_USER),
        message("Sorry, my model does not answer.", 1, BOT_USER, metadata=mark, blocks=[]),
        message("At **seven**.", 2, BOT_USER, metadata=mark, blocks=answer),
    ]
    found = await said(SlackStub(thread=thread)) or []
    assert [(each.text, each.ours) for each in found] == [("At **seven**.", True)]


@pytest.mark.parametrize("seconds", [0.1, 1.0, 60.0, 1000.0])
async def test_of_a_long_thread_the_newest_messages_are_read(seconds: float) -> None:
    texts = [f"message {number}" for number in range(800)]
    thread = [
        message(text, 900_000 - (800 - number) * seconds) for number, text in enumerate(texts)
    ]
    found = [text for _, text in await told(SlackStub(thread=[message("root"), *thread]))]
    assert found == texts[-200:]


async def test_where_slack_gives_little_at_a_time_the_newest_are_read_all_the_same() -> None:
    thread = [message(str(number), number * 1000) for number in range(800)]
    found = [text for _, text in await told(SlackStub(thread=thread, page=70))]
    assert found[-30:] == [str(number) for number in range(770, 800)]


async def test_a_thread_however_long_is_read_in_few_calls() -> None:
    thread = [message(str(number), number * 10) for number in range(80_000)]
    slack = SlackStub(thread=thread)
    assert [text for _, text in await told(slack)] == [str(n) for n in range(79_800, 80_000)]
    assert len([1 for method, _ in slack.calls if method == "conversations.replies"]) <= 13


async def test_a_thread_that_may_not_be_read_is_none() -> None:
    slack = SlackStub()

    async def refused(**_wanted: Any) -> Any:
        raise SlackApiError("no", {"ok": False, "error": "missing_scope"})  # type: ignore[arg-type]

    slack.conversations_replies = refused  # type: ignore[method-assign]
    assert await said(slack) is None


async def test_slack_in_trouble_is_worth_another_try() -> None:
    slack = SlackStub()

    async def away(**_wanted: Any) -> Any:
        raise SlackApiError("no", {"ok": False, "error": "internal_error"})  # type: ignore[arg-type]

    slack.conversations_replies = away  # type: ignore[method-assign]
    with pytest.raises(SurfaceUnavailable):
        await said(slack)
