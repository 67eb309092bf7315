"""slack_sdk's own client against the sandbox: what works works, what Slack refuses is refused alike."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import SCOPES
from tests.factories import ASKER, CHANNEL, CURATOR
from tests.scenarios.sandbox.conftest import Desk, open_desk

pytestmark = pytest.mark.anyio
BOT = "U0APPRENTI"
MORE_SCOPES = ("channels:read", "files:write", "reactions:write", "users:read")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """An app that was granted more than the manifest asks for."""
    async with open_desk(tmp_path, scopes=(*SCOPES, *MORE_SCOPES)) as opened:
        yield opened


async def test_the_app_learns_who_it_is_and_who_is_there(desk: Desk) -> None:
    """auth.test, users.info, conversations.list and members, usergroups.users.list."""
    me = await desk.client.auth_test()
    assert (me["user_id"], me["team_id"]) == (BOT, "T0DEMO0001")
    assert (await desk.client.users_info(user=ASKER))["user"]["real_name"] == "Aiko"
    names = [c["name"] for c in (await desk.client.conversations_list())["channels"]]
    assert names == ["general", "handbook"]
    assert ASKER in (await desk.client.conversations_members(channel=CHANNEL))["members"]
    group = await desk.client.usergroups_users_list(usergroup="S0CURATORS")
    assert group["users"] == [CURATOR]


async def test_a_message_is_posted_changed_read_and_deleted(desk: Desk) -> None:
    """With metadata, in a thread; the parent counts its replies."""
    root = (await desk.client.chat_postMessage(channel=CHANNEL, text="root"))["ts"]
    mark = {"event_type": "mark", "event_payload": {"n": 1}}
    posted = await desk.client.chat_postMessage(
        channel=CHANNEL, text="reply", thread_ts=root, metadata=mark
    )
    await desk.client.chat_update(channel=CHANNEL, ts=posted["ts"], text="changed")
    found = await desk.client.conversations_replies(
        channel=CHANNEL, ts=root, include_all_metadata=True
    )
    parent, reply = found["messages"]
    assert (parent["reply_count"], reply["text"], reply["metadata"]) == (1, "changed", mark)
    history = await desk.client.conversations_history(channel=CHANNEL)
    assert [message["text"] for message in history["messages"]] == ["root"]
    await desk.client.chat_delete(channel=CHANNEL, ts=posted["ts"])
    left = await desk.client.conversations_replies(channel=CHANNEL, ts=root)
    assert len(left["messages"]) == 1


async def test_history_comes_in_pages(desk: Desk) -> None:
    """The cursor leads through all of it, newest first, once."""
    for number in range(5):
        await desk.client.chat_postMessage(channel=CHANNEL, text=str(number))
    texts: list[str] = []
    async for page in await desk.client.conversations_history(channel=CHANNEL, limit=2):
        texts += [message["text"] for message in page["messages"]]
    assert texts == ["4", "3", "2", "1", "0"]


async def test_a_stream_grows_and_ends_with_buttons(desk: Desk) -> None:
    """Between start and stop the message streams; afterwards nothing can be added."""
    root = (await desk.client.chat_postMessage(channel=CHANNEL, text="root"))["ts"]
    to = {"recipient_team_id": "T0DEMO0001", "recipient_user_id": ASKER}
    ts = (await desk.client.chat_startStream(channel=CHANNEL, thread_ts=root, **to))["ts"]
    await desk.client.chat_appendStream(channel=CHANNEL, ts=ts, markdown_text="Hello ")
    await desk.client.chat_appendStream(channel=CHANNEL, ts=ts, markdown_text="you")
    seen = next(m for m in await desk.people.messages() if m["ts"] == ts)
    assert (seen["text"], seen["streaming"]) == ("Hello you", True)
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        await desk.client.chat_update(channel=CHANNEL, ts=ts, text="no")
    await desk.client.chat_stopStream(channel=CHANNEL, ts=ts, markdown_text="!")
    seen = next(m for m in await desk.people.messages() if m["ts"] == ts)
    assert (seen["text"], seen["streaming"]) == ("Hello you!", False)
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        await desk.client.chat_appendStream(channel=CHANNEL, ts=ts, markdown_text="more")


async def test_an_image_is_uploaded_and_shown(desk: Desk) -> None:
    """files_upload_v2 takes Slack's three steps; the picture is served, and only as a picture."""
    drawing = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    await desk.client.files_upload_v2(
        channel=CHANNEL, filename="loss.png", content=drawing, title="Loss"
    )
    (message,) = await desk.people.messages()
    shown = await desk.people.http.get(message["files"][0]["permalink"])
    assert (shown.content, shown.headers["content-type"]) == (drawing, "image/png")


async def test_an_ephemeral_message_is_seen_by_one_person(desk: Desk) -> None:
    """Nor is it in the channel's history."""
    await desk.client.chat_postEphemeral(channel=CHANNEL, user=ASKER, text="psst")
    assert await desk.people.whispers(ASKER) == ["psst"]
    assert await desk.people.whispers(CURATOR) == []
    assert (await desk.client.conversations_history(channel=CHANNEL))["messages"] == []


@pytest.mark.parametrize(
    ("to", "channel"), [(ASKER, "D0ASKER001"), ("#handbook", "C0HANDBOOK"), ("general", CHANNEL)]
)
async def test_a_message_goes_to_a_member_or_a_channels_name(
    desk: Desk, to: str, channel: str
) -> None:
    """A member's id is their conversation with the app."""
    posted = await desk.client.chat_postMessage(channel=to, text="hello")
    assert posted["channel"] == channel
    assert [each["text"] for each in await desk.people.messages(channel)] == ["hello"]


async def test_only_emoji_that_exist_are_reactions(desk: Desk) -> None:
    """`invalid_name` for the app, a sentence for people; skin tones are no names of their own."""
    ts = (await desk.client.chat_postMessage(channel=CHANNEL, text="root"))["ts"]
    where = {"channel": CHANNEL, "timestamp": ts}
    await desk.client.reactions_add(name="wave::skin-tone-3", **where)
    for name in ("not_there", "wave::skin-tone-9", "not there"):
        with pytest.raises(SlackApiError, match="invalid_name"):
            await desk.client.reactions_add(name=name, **where)
    body = {"user": ASKER, "channel": CHANNEL, "message_ts": ts, "name": "not_there"}
    assert (await desk.people.http.post("/sandbox/api/reaction", json=body)).status_code == 400


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C0NOWHERE0", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": CHANNEL}, "no_text"),
    ("chat.postMessage", {"channel": CHANNEL, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": CHANNEL, "blocks": [{"type": "no"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": CHANNEL, "text": "x", "thread_ts": "1"}, "invalid_thread_ts"),
    ("chat.update", {"channel": CHANNEL, "ts": "1.1", "text": "x"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": CHANNEL, "user": "U0", "text": "x"}, "user_not_in_channel"),
    (
        "chat.startStream",
        {"channel": CHANNEL, "thread_ts": "1.000001"},
        "missing_recipient_team_id",
    ),
    ("conversations.replies", {"channel": CHANNEL, "ts": "1.1"}, "thread_not_found"),
    ("users.info", {"user": "U0NOBODY00"}, "user_not_found"),
    ("usergroups.users.list", {"usergroup": "S0"}, "no_such_subteam"),
    (
        "reactions.add",
        {"channel": CHANNEL, "timestamp": "1.1", "name": "+1"},
        "message_not_found",
    ),
    (
        "views.open",
        {
            "trigger_id": "1.2.3",
            "view": {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []},
        },
        "invalid_trigger_id",
    ),
    ("views.open", {"trigger_id": "1.2.3", "view": {"type": "modal"}}, "invalid_arguments"),
    ("no.such.method", {}, "unknown_method"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSALS, ids=lambda v: str(v)[:30])
async def test_slack_says_no_in_its_own_words(
    desk: Desk, method: str, arguments: dict[str, Any], error: str
) -> None:
    """200 with ok false and the documented code, which slack_sdk raises."""
    with pytest.raises(SlackApiError) as refused:
        await desk.client.api_call(method, json=arguments)
    assert refused.value.response.status_code == 200
    assert refused.value.response["error"] == error


async def test_a_wrong_or_missing_token_is_refused(desk: Desk) -> None:
    """`invalid_auth` and `not_authed`."""
    for token, error in (("xoxb-another", "invalid_auth"), ("", "not_authed")):
        client = AsyncWebClient(token=token, base_url=f"{desk.url}/api/")
        with pytest.raises(SlackApiError, match=error):
            await client.auth_test()


async def test_a_rate_limit_is_waited_out(desk: Desk) -> None:
    """429 with Retry-After, which slack_sdk's own handler understands."""
    desk.client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    await desk.people.refuse("ratelimited", "chat.postMessage")
    await desk.client.chat_postMessage(channel=CHANNEL, text="patience")
    assert [message["text"] for message in await desk.people.messages()] == ["patience"]


async def test_a_scope_that_the_manifest_lacks_is_missing(tmp_path: Path) -> None:
    """With what would be needed and what was granted, as Slack tells it."""
    async with open_desk(tmp_path) as desk:
        with pytest.raises(SlackApiError, match="missing_scope") as refused:
            await desk.client.team_info()
        await desk.client.conversations_open(users=ASKER)
    answer = refused.value.response
    assert (answer["needed"], answer["provided"]) == ("team:read", ",".join(SCOPES))
