"""Slack's documented limits, one row each: what is sent, and the code by which Slack says no.

Limits are from each method's and block's page of docs.slack.dev. A value one smaller is taken, so that a
limit that is too strict shows as well.
"""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.factories import ADMIN, ASKER, CHANNEL, MANAGERS
from tests.scenarios.sandbox.conftest import Desk, open_desk

pytestmark = pytest.mark.anyio
Json = dict[str, Any]
TEAM = "T0DEMO0001"
PICTURE = "https://example.com/x.png"


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(length: int) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def button(**changes: Any) -> Json:
    return {"type": "actions", "elements": [{"type": "button", "text": plain("OK"), **changes}]}


def choice(kind: str, number: int, **changes: Any) -> Json:
    options = [{"text": plain(f"{n}"), "value": f"{n}", **changes} for n in range(number)]
    return {"type": "actions", "elements": [{"type": kind, "options": options}]}


def asked(**changes: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "a", **changes}
    return {"type": "input", "label": plain("Words"), "element": element}


def confirm(**lengths: int) -> Json:
    words = {"title": 1, "text": 1, "confirm": 1, "deny": 1, **lengths}
    return button(confirm={name: plain("x" * length) for name, length in words.items()})


def table(rows: int, columns: int) -> Json:
    return {
        "type": "table",
        "rows": [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)],
    }


def modal(**changes: Any) -> Json:
    view = {"type": "modal", "title": plain("Title"), "submit": plain("Save"), "blocks": []}
    return {**view, **changes}


def feedback(length: int) -> Json:
    halves = ("positive_button", "negative_button")
    pair = {half: {"text": plain("x" * length), "value": "v"} for half in halves}
    return {"type": "context_actions", "elements": [{"type": "feedback_buttons", **pair}]}


# What a message may hold: (blocks that are taken, blocks that are refused).
BLOCKS: dict[str, tuple[list[Json], list[Json]]] = {
    "50 blocks": ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    "section text of 3,000": ([mrkdwn(3000)], [mrkdwn(3001)]),
    "10 fields": (
        [{"type": "section", "fields": [plain("x")] * 10}],
        [{"type": "section", "fields": [plain("x")] * 11}],
    ),
    "field of 2,000": (
        [{"type": "section", "fields": [plain("x" * 2000)]}],
        [{"type": "section", "fields": [plain("x" * 2001)]}],
    ),
    "header of 150": (
        [{"type": "header", "text": plain("x" * 150)}],
        [{"type": "header", "text": plain("x" * 151)}],
    ),
    "10 context elements": (
        [{"type": "context", "elements": [plain("x")] * 10}],
        [{"type": "context", "elements": [plain("x")] * 11}],
    ),
    "12,000 characters of markdown in all": (
        [{"type": "markdown", "text": "x" * 6000}] * 2,
        [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
    ),
    "25 actions": (
        [{"type": "actions", "elements": [{"type": "button", "text": plain("x")}] * 25}],
        [{"type": "actions", "elements": [{"type": "button", "text": plain("x")}] * 26}],
    ),
    "5 context actions": (
        [{**feedback(1), "elements": feedback(1)["elements"] * 5}],
        [{**feedback(1), "elements": feedback(1)["elements"] * 6}],
    ),
    "block_id of 255": (
        [{"type": "divider", "block_id": "x" * 255}],
        [{"type": "divider", "block_id": "x" * 256}],
    ),
    "block_id once": (
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "b"}],
        [{"type": "divider", "block_id": "a"}] * 2,
    ),
    "action_id of 255": ([button(action_id="x" * 255)], [button(action_id="x" * 256)]),
    "button text of 75": ([button(text=plain("x" * 75))], [button(text=plain("x" * 76))]),
    "button value of 2,000": ([button(value="x" * 2000)], [button(value="x" * 2001)]),
    "button url of 3,000": ([button(url="x" * 3000)], [button(url="x" * 3001)]),
    "button style": ([button(style="danger")], [button(style="green")]),
    "feedback button text of 75": ([feedback(75)], [feedback(76)]),
    "confirm title of 100": ([confirm(title=100)], [confirm(title=101)]),
    "confirm text of 300": ([confirm(text=300)], [confirm(text=301)]),
    "confirm button of 30": ([confirm(confirm=30)], [confirm(confirm=31)]),
    "deny button of 30": ([confirm(deny=30)], [confirm(deny=31)]),
    "100 options": ([choice("static_select", 100)], [choice("static_select", 101)]),
    "5 overflow options": ([choice("overflow", 5)], [choice("overflow", 6)]),
    "10 checkboxes": ([choice("checkboxes", 10)], [choice("checkboxes", 11)]),
    "10 radio buttons": ([choice("radio_buttons", 10)], [choice("radio_buttons", 11)]),
    "option text of 75": (
        [choice("static_select", 1, text=plain("x" * 75))],
        [choice("static_select", 1, text=plain("x" * 76))],
    ),
    "option value of 150": (
        [choice("static_select", 1, value="x" * 150)],
        [choice("static_select", 1, value="x" * 151)],
    ),
    "option description of 75": (
        [choice("radio_buttons", 1, description=plain("x" * 75))],
        [choice("radio_buttons", 1, description=plain("x" * 76))],
    ),
    "alt text": (
        [{"type": "image", "image_url": PICTURE, "alt_text": "x" * 2000}],
        [{"type": "image", "image_url": PICTURE, "alt_text": "x" * 2001}],
    ),
    "one source of an image": (
        [{"type": "image", "image_url": PICTURE, "alt_text": "x"}],
        [{"type": "image", "slack_file": {}, "alt_text": "x"}],
    ),
    "100 table rows": ([table(100, 1)], [table(101, 1)]),
    "20 table columns": ([table(1, 20)], [table(1, 21)]),
    "one table": ([table(1, 1)], [table(1, 1)] * 2),
    "parts of rich text": (
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
        [{"type": "rich_text", "elements": [{"type": "section"}]}],
    ),
}
# What a modal may hold.
VIEWS: dict[str, tuple[Json, Json]] = {
    "100 blocks": (
        modal(blocks=[{"type": "divider"}] * 100),
        modal(blocks=[{"type": "divider"}] * 101),
    ),
    "title of 24": (modal(title=plain("x" * 24)), modal(title=plain("x" * 25))),
    "submit of 24": (modal(submit=plain("x" * 24)), modal(submit=plain("x" * 25))),
    "close of 24": (modal(close=plain("x" * 24)), modal(close=plain("x" * 25))),
    "private_metadata of 3,000": (
        modal(private_metadata="x" * 3000),
        modal(private_metadata="x" * 3001),
    ),
    "callback_id of 255": (modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
    "external_id of 255": (modal(external_id="x" * 255), modal(external_id="x" * 256)),
    "submit with inputs": (modal(blocks=[asked()]), modal(blocks=[asked()], submit=None)),
    "max_length of 3,000": (
        modal(blocks=[asked(max_length=3000)]),
        modal(blocks=[asked(max_length=3001)]),
    ),
    "initial value of 3,000": (
        modal(blocks=[asked(initial_value="x" * 3000)]),
        modal(blocks=[asked(initial_value="x" * 3001)]),
    ),
    "placeholder of 150": (
        modal(blocks=[asked(placeholder=plain("x" * 150))]),
        modal(blocks=[asked(placeholder=plain("x" * 151))]),
    ),
    "label of 2,000": (
        modal(blocks=[{**asked(), "label": plain("x" * 2000)}]),
        modal(blocks=[{**asked(), "label": plain("x" * 2001)}]),
    ),
    "hint of 2,000": (
        modal(blocks=[{**asked(), "hint": plain("x" * 2000)}]),
        modal(blocks=[{**asked(), "hint": plain("x" * 2001)}]),
    ),
    "number says whether decimals": (
        modal(blocks=[asked(type="number_input", is_decimal_allowed=False)]),
        modal(blocks=[asked(type="number_input")]),
    ),
    "no markdown": (modal(), modal(blocks=[{"type": "markdown", "text": "x"}])),
}
POST = {"channel": CHANNEL, "text": "x"}
STREAM = {"channel": CHANNEL, "recipient_team_id": TEAM, "recipient_user_id": ASKER}
PAYLOAD = {"event_type": "e", "event_payload": {}}
# What a call may say: (method, arguments, code). `TS`: a message of a person; `OWN`: the app's own.
CALLS: list[tuple[str, Json, str]] = [
    ("chat.postMessage", {"channel": CHANNEL}, "no_text"),
    ("chat.postMessage", {**POST, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": CHANNEL, "markdown_text": "x" * 12_001}, "msg_too_long"),
    ("chat.postMessage", {**POST, "markdown_text": "x"}, "markdown_text_conflict"),
    ("chat.postMessage", {**POST, "blocks": [mrkdwn(2700)] * 5}, "msg_blocks_too_long"),
    ("chat.postMessage", {**POST, "attachments": [{"text": "x"}] * 101}, "too_many_attachments"),
    ("chat.postMessage", {**POST, "metadata": {"event_type": 1}}, "invalid_metadata_format"),
    (
        "chat.postMessage",
        {**POST, "metadata": {**PAYLOAD, "event_payload": {"x": "x" * 8000}}},
        "metadata_too_large",
    ),
    (
        "chat.postMessage",
        {
            **POST,
            "blocks": [{"type": "image", "slack_file": {"id": "F0NOWHERE1"}, "alt_text": "x"}],
        },
        "invalid_blocks",
    ),
    ("chat.postMessage", {**POST, "channel": "C0NOWHERE1"}, "channel_not_found"),
    ("chat.postMessage", {**POST, "thread_ts": "yesterday"}, "invalid_thread_ts"),
    ("chat.postEphemeral", {**POST, "channel": MANAGERS, "user": ASKER}, "user_not_in_channel"),
    ("chat.update", {**POST, "ts": "TS"}, "cant_update_message"),
    ("chat.update", {**POST, "ts": "OWN", "text": "x" * 4001}, "msg_too_long"),
    ("chat.update", {**POST, "ts": "1.000001"}, "message_not_found"),
    ("chat.delete", {"channel": CHANNEL, "ts": "TS"}, "cant_delete_message"),
    ("chat.startStream", {"channel": CHANNEL, "thread_ts": "TS"}, "missing_recipient_team_id"),
    (
        "chat.startStream",
        {**STREAM, "thread_ts": "TS", "markdown_text": "x" * 12_001},
        "msg_too_long",
    ),
    ("chat.appendStream", {"channel": CHANNEL, "ts": "TS"}, "message_not_owned_by_app"),
    (
        "chat.appendStream",
        {"channel": CHANNEL, "ts": "OWN", "markdown_text": "x"},
        "message_not_in_streaming_state",
    ),
    ("reactions.add", {"channel": CHANNEL, "timestamp": "TS", "name": "x"}, "missing_scope"),
    ("users.info", {"user": "U0NOBODY00"}, "user_not_found"),
    ("views.open", {"view": modal(), "trigger_id": "1.2.a"}, "invalid_trigger_id"),
    ("views.update", {"view": modal(), "view_id": "V0"}, "not_found"),
    ("views.publish", {"view": modal(), "user_id": ASKER}, "invalid_arguments"),
    (
        "views.open",
        {"view": modal(blocks=[mrkdwn(2999)] * 90), "trigger_id": "1.2.a"},
        "view_too_large",
    ),
    (
        "assistant.threads.setStatus",
        {"channel_id": CHANNEL, "thread_ts": "TS", "status": "x", "loading_messages": ["x"] * 11},
        "invalid_arguments",
    ),
    (
        "assistant.threads.setSuggestedPrompts",
        {"channel_id": CHANNEL, "prompts": [{"title": "x", "message": "x"}] * 5},
        "invalid_arguments",
    ),
    ("files.info", {"file": "F0"}, "file_not_found"),
    ("unknown.method", {}, "unknown_method"),
]


async def call(desk: Desk, method: str, arguments: Json) -> httpx.Response:
    """As any client calls it: no client's own checks between."""
    headers = {"Authorization": "Bearer xoxb-sandbox-bot"}
    return await desk.people.http.post(f"/api/{method}", json=arguments, headers=headers)


async def test_a_message_holds_no_more_than_slack_takes(desk: Desk) -> None:
    """`invalid_blocks`, with a pointer to the place."""
    for limit, (taken, refused) in BLOCKS.items():
        good = (await call(desk, "chat.postMessage", {**POST, "blocks": taken})).json()
        bad = (await call(desk, "chat.postMessage", {**POST, "blocks": refused})).json()
        assert (limit, good.get("error")) == (limit, None)
        assert (limit, bad.get("error")) == (limit, "invalid_blocks")
        assert "json-pointer:/blocks" in bad["response_metadata"]["messages"][0]


async def test_a_modal_holds_no_more_than_slack_takes(desk: Desk) -> None:
    """`invalid_arguments`; what is good fails for its trigger only."""
    for limit, (taken, refused) in VIEWS.items():
        trigger = {"trigger_id": "1.2.a"}
        good = (await call(desk, "views.open", {**trigger, "view": taken})).json()
        bad = (await call(desk, "views.open", {**trigger, "view": refused})).json()
        assert (limit, good["error"]) == (limit, "invalid_trigger_id")
        assert (limit, bad["error"]) == (limit, "invalid_arguments")


async def test_each_wrong_call_has_its_code(desk: Desk) -> None:
    """`ok` is false, the status 200."""
    ts = await desk.people.ask(ASKER, "hello")
    own = (await desk.client.chat_postMessage(channel=CHANNEL, text="mine"))["ts"]
    for method, arguments, error in CALLS:
        named = json.loads(
            json.dumps(arguments).replace('"TS"', f'"{ts}"').replace('"OWN"', f'"{own}"')
        )
        answer = await call(desk, method, named)
        assert (method, answer.status_code, answer.json().get("error")) == (method, 200, error)


async def test_a_trigger_opens_one_view_within_its_time(tmp_path: Path) -> None:
    """Used twice: `exchanged_trigger_id`; too late: `expired_trigger_id`."""
    for seconds, error in ((3.0, "exchanged_trigger_id"), (0.0, "expired_trigger_id")):
        async with open_desk(tmp_path / error, trigger_seconds=seconds, ack_seconds=1.0) as desk:
            await desk.people.command(ADMIN, "status")
            (heard,) = desk.app.events("command")
            opening = {"trigger_id": heard["trigger_id"], "view": modal()}
            answers = [(await call(desk, "views.open", opening)).json() for _ in range(2)]
            assert answers[-1]["error"] == error
            assert answers[0]["ok"] == (error == "exchanged_trigger_id")


async def test_a_stream_ends_by_itself(tmp_path: Path) -> None:
    """However often it is appended to."""
    async with open_desk(tmp_path, stream_seconds=0.0) as desk:
        ts = await desk.people.ask(ASKER, "hello")
        started = (await call(desk, "chat.startStream", {**STREAM, "thread_ts": ts})).json()
        more = {"channel": CHANNEL, "ts": started["ts"], "markdown_text": "x"}
        answer = (await call(desk, "chat.appendStream", more)).json()
        assert answer["error"] == "message_not_in_streaming_state"
        assert (await call(desk, "chat.stopStream", more)).json()["error"] == answer["error"]


async def test_too_many_calls_a_minute_are_refused(tmp_path: Path) -> None:
    """429 with Retry-After; another method, and another channel for posts, is not concerned."""
    async with open_desk(tmp_path, time_scale=1.0) as desk:
        limits = (
            ("chat.postMessage", POST, 12),
            ("chat.startStream", {**STREAM, "thread_ts": "1"}, 20),
        )
        for method, arguments, burst in limits:
            answers = [await call(desk, method, arguments) for _ in range(burst + 2)]
            refused = answers[-1]
            assert (refused.status_code, refused.json()["error"]) == (429, "ratelimited")
            assert 1 <= int(refused.headers["Retry-After"]) <= 3
            assert all(each.status_code == 200 for each in answers[:burst])
        assert (await call(desk, "chat.postMessage", {**POST, "channel": MANAGERS})).json()["ok"]
        assert (await call(desk, "users.info", {"user": ASKER})).json()["ok"]


async def test_a_response_url_is_good_for_five_answers(desk: Desk) -> None:
    """The sixth is refused."""
    await desk.people.command(ADMIN, "status")
    (heard,) = desk.app.events("command")
    async with httpx.AsyncClient() as client:
        answers = [await client.post(heard["response_url"], json={"text": "x"}) for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [404]
