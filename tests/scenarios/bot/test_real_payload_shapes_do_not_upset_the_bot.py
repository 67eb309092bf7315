"""Whatever Slack sends, in the shapes it publishes: never a 5xx, never a traceback.

The shapes (keys, types, nulls) follow Slack's published samples; the values are ours.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.installed_bot import InstalledBot, installed_bot
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.slack_directory import directory
from tests.fakes.slack_payloads import (
    Json,
    Sender,
    block_actions,
    block_suggestion,
    command,
    direct,
    envelope,
    mention,
    message_action,
    reaction,
    shown,
    stamp,
    view,
    view_closed,
    view_submission,
    written,
)
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio

PLAIN = Sender()
GRID = Sender(team="T0GRID0001", enterprise="E0HILL0001", bot_user="U0BOT0GRI")
WHOLE = Sender(team="T0LEAF0001", enterprise="E0WHOLE001", whole=True, bot_user="U0BOT0WHO")
SHARED = Sender(user="U0STRANGER", stranger="T0OTHER001")
SENDERS = {
    "one workspace": PLAIN,
    "a workspace of an organisation": GRID,
    "a whole organisation": WHOLE,
    "a shared channel": SHARED,
}
SPOKEN = ("me_message", "thread_broadcast", "file_share", "reply_broadcast")
SUBTYPES = (
    *SPOKEN,
    *("channel_join", "channel_leave", "channel_topic", "channel_purpose", "channel_name"),
    *("channel_archive", "channel_unarchive", "channel_convert_to_private"),
    *("channel_posting_permissions", "group_join", "group_topic", "group_archive"),
    *("bot_add", "bot_remove", "ekm_access_denied", "huddle_thread", "reminder_add"),
    *("assistant_app_thread", "document_mention", "tombstone", "pinned_item", "sh_room_created"),
    "a_subtype_of_next_year",
)
ACTIONS = (
    *("feedback", "run_promote", "run_decline", "run_cancel", "open_queue", "stop_reply"),
    *("answer_again", "review_approve", "opt_out", "an_action_of_an_older_version"),
)
# Buttons and modals that an older version of the bot may have left: taken, and said in one line.
OLDER = (
    "test_clicks",
    "test_modals",
    "test_a_modal_that_makes_no_sense_does_not_close_as_if_it_were_saved",
)
BY_THE_CLOCK = ("sweep", "watch", "remove_workspace")
VIEWS = ("correction", "retrain", "channel", "workspace", "a_view_of_an_older_version")


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> Sender:
    return SENDERS[request.param]


@pytest.fixture
async def bot(
    sender: Sender, models: OpenAIStub, redis_url: str, tmp_path: Path
) -> AsyncIterator[InstalledBot]:
    async with directory() as slack:
        team = "" if sender.whole else sender.team
        company = slack.company(team, "Hill", "U0HILLUSER", enterprise=sender.enterprise or "")
        async with installed_bot(slack, models, redis_url, tmp_path) as made:
            await made.install(company)
            yield made


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[None]:
    """Bolt logs by `logging`, the bot by structlog to this process's output."""
    yield
    errors = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    printed = capsys.readouterr()
    assert errors == []
    assert "Traceback" not in printed.out + printed.err
    if request.node.originalname not in OLDER:
        assert "payload_not_understood" not in printed.out + printed.err


async def take(bot: InstalledBot, *payloads: Json) -> None:
    """Post each, as an event or an interaction; none may be answered by 5xx."""
    for payload in payloads:
        post = bot.event if payload["type"] == "event_callback" else bot.interaction
        if "response_url" in payload:
            payload["response_url"] = f"{bot.slack.url}respond"
        answer = await post(payload)
        label = payload.get("event") or payload
        assert answer.status_code in (200, 404), (answer.status_code, label)


async def settled(bot: InstalledBot) -> None:
    """Wait until no task waits or runs but for those that come again by the clock."""

    async def quiet() -> bool:
        snapshot = await bot.service.docket.snapshot()
        late = (*snapshot.future, *snapshot.running)
        return all(task.function_name in BY_THE_CLOCK for task in late)

    await until("all tasks to be done", quiet)


async def answered(bot: InstalledBot, sender: Sender, text: str) -> None:
    owner = sender.enterprise if sender.whole else sender.team
    await until(f"{text!r}", lambda: any(text in t for t in bot.slack.texts(str(owner))))


async def test_what_is_addressed_to_the_bot_gets_its_answer(
    bot: InstalledBot, sender: Sender
) -> None:
    for number, event in enumerate(
        (
            mention(sender, "How many days?"),
            direct(sender, "How many days?"),
            written(sender, f"{sender.mention} once more"),
        )
    ):
        bot.models.queue(f"Answer {number}.")
        await take(bot, envelope(sender, event))
        await answered(bot, sender, f"Answer {number}.")
    await settled(bot)


FILE: Json = {
    "id": "F0FILE0001",
    "created": 1732170000,
    "name": "leave.bin",
    "title": "leave",
    "mimetype": "application/octet-stream",
    "filetype": "binary",
    "user": "U0HILLUSER",
    "user_team": "T0HILL0001",
    "mode": "hosted",
    "size": 12,
    "is_external": False,
    "file_access": "visible",
    "url_private": "http://127.0.0.1:9/files-pri/T0-F0/leave.bin",
    "url_private_download": None,
}
HIDDEN_FILES: list[Json] = [
    {"id": "F0GONE0001", "mode": "tombstone"},
    {"id": "F0ELSE0001", "file_access": "check_file_info", "user_team": "T0OTHER001"},
    {"id": "F0HIDDEN01", "mode": "hidden_by_limit", "date_deleted": 0},
]


async def test_every_kind_of_message(bot: InstalledBot, sender: Sender) -> None:
    for subtype in SUBTYPES:
        await take(bot, envelope(sender, written(sender, "hello", subtype=subtype)))
    with_file = written(sender, f"{sender.mention} look", subtype="file_share", files=[FILE])
    await take(bot, envelope(sender, with_file))
    bare = {"type": "message", "channel": sender.channel, "ts": stamp(), "event_ts": stamp()}
    await take(
        bot,
        envelope(sender, bare),
        envelope(sender, bare | {"subtype": "bot_message", "bot_id": "B0OTHER001", "text": ""}),
        envelope(sender, written(sender, "", user=None, blocks=None) | {"text": None}),
        envelope(sender, written(sender, "", files=HIDDEN_FILES, subtype="file_share")),
        envelope(sender, mention(sender, "", files=HIDDEN_FILES, attachments=None, edited=None)),
        envelope(sender, written(sender, "hi", bot_id="B0OTHER001", bot_profile=None)),
        envelope(sender, written(sender, "hi", channel_type="app_home", assistant_thread=None)),
        envelope(sender, written(sender, "hi", metadata={"event_type": "x", "event_payload": {}})),
        envelope(sender, {"type": "app_mention", "channel": sender.channel, "ts": stamp()}),
    )
    await settled(bot)


def changes(sender: Sender) -> Iterator[Json]:
    """Edited, deleted, replied to: the message is inside the event."""
    before = written(sender, f"{sender.mention} before")
    now = before | {"text": f"{sender.mention} after", "edited": {"user": sender.user, "ts": "1"}}
    tombstone = {"type": "message", "subtype": "tombstone", "ts": before["ts"], "user": "USLACKBOT"}
    gone: Json = {"subtype": "message_deleted", "deleted_ts": before["ts"]}
    for inside in (
        {"subtype": "message_changed", "message": now, "previous_message": before},
        {"subtype": "message_changed", "message": now, "previous_message": None},
        {"subtype": "message_changed", "message": tombstone, "previous_message": before},
        {"subtype": "message_changed", "message": {"type": "message", "ts": stamp()}},
        {"subtype": "message_replied", "message": before},
        gone | {"previous_message": before},
        gone | {"previous_message": None},
        gone,
    ):
        event = {"type": "message", "channel": sender.channel, "hidden": True, "ts": stamp()}
        yield envelope(sender, event | {"event_ts": stamp(), "channel_type": "channel"} | inside)


async def test_messages_that_change_or_go(bot: InstalledBot, sender: Sender) -> None:
    await take(bot, *changes(sender))
    await settled(bot)


async def test_reactions_on_messages_files_and_comments(bot: InstalledBot, sender: Sender) -> None:
    items: list[Json] = [
        {"type": "message", "channel": sender.channel, "ts": stamp()},
        {"type": "file", "file": "F0FILE0001"},
        {"type": "file_comment", "file": "F0FILE0001", "file_comment": "Fc1"},
    ]
    for kind in ("reaction_added", "reaction_removed"):
        for item in items:
            for more in ({}, {"item_user": None}, {"reaction": "+1::skin-tone-4"}, {"user": ""}):
                await take(bot, envelope(sender, reaction(sender, kind, item, **more)))
    await settled(bot)


async def test_clicks(bot: InstalledBot, sender: Sender) -> None:
    message = shown(sender, "Twenty days.")
    for action_id in ACTIONS:
        action = {"action_id": action_id, "type": "button", "value": "up"}
        select = {"action_id": action_id, "type": "static_select", "selected_option": None}
        await take(
            bot,
            block_actions(sender, action, message),
            block_actions(sender, action | {"value": "{}"}, message | {"blocks": None}),
            block_actions(sender, action),
            block_actions(sender, select),
            block_actions(sender, {"action_id": action_id, "type": "button"}, message),
        )
    await settled(bot)


async def test_modals(bot: InstalledBot, sender: Sender) -> None:
    for callback_id in VIEWS:
        for metadata in ("", "{}", "not json", '{"reply_id": "?"}', "null", "[]"):
            made = view(sender, callback_id, private_metadata=metadata)
            await take(bot, view_submission(sender, made), view_closed(sender, made))
    await settled(bot)


async def test_a_modal_that_makes_no_sense_does_not_close_as_if_it_were_saved(
    bot: InstalledBot, sender: Sender
) -> None:
    made = view(sender, "correction", private_metadata="not json")
    answer = (await bot.interaction(view_submission(sender, made))).json()
    assert answer["response_action"] == "update"
    assert "Nothing was saved" in str(answer["view"])


async def test_shortcuts_and_selects(bot: InstalledBot, sender: Sender) -> None:
    for callback_id in ("correct_reply", "try_again", "a_shortcut_of_an_older_version"):
        await take(
            bot,
            message_action(sender, callback_id, shown(sender, "Twenty days.")),
            message_action(sender, callback_id, written(sender, "by a person")),
        )
    await take(bot, block_suggestion(sender, "anything"))
    await settled(bot)


async def test_commands(bot: InstalledBot, sender: Sender) -> None:
    for text in ("", "status", "help", "history", "no such word", "channel", " STATUS  now "):
        assert (await bot.command(command(sender, text))).status_code == 200


async def test_events_of_the_app_itself(bot: InstalledBot, sender: Sender) -> None:
    home: dict[str, Any] = {"type": "app_home_opened", "user": sender.user, "channel": "D0HILL0001"}
    for event in (
        home | {"tab": "home", "event_ts": stamp()},
        home | {"tab": "home", "view": view(sender, "", kind="home"), "event_ts": stamp()},
        home | {"tab": "messages", "event_ts": stamp(), "context": {"entities": []}},
        home | {"tab": "about"},
        {"type": "app_rate_limited", "minute_rate_limited": 1732170000},
        {"type": "team_access_revoked", "team_ids": [sender.team], "event_ts": stamp()},
        {"type": "an_event_of_next_year", "event_ts": stamp()},
        {"type": "tokens_revoked", "tokens": None},
        {"type": "tokens_revoked"},
    ):
        await take(bot, envelope(sender, event))
    await settled(bot)
