"""What Slack posts, in the shapes of its published samples, with values of our own.

Every builder makes one payload of one workspace (`Sender`); `organisation` makes those of an
installation by a whole organisation, `shared` those of a channel shared with another company.
"""

import itertools
import time
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_count = itertools.count(1)


def stamp() -> str:
    """A ts that no other message has."""
    return f"{int(time.time())}.{next(_count):06d}"


@dataclass(frozen=True)
class Sender:
    """Who writes, where, to which bot."""

    team: str = "T0HILL0001"
    user: str = "U0HILLUSER"
    channel: str = "C0HILL0001"
    bot_user: str = "U0BOT0HIL"
    enterprise: str | None = None
    whole: bool = False  # installed by the organisation
    stranger: str = ""  # the sender's own company, where it is another

    @property
    def mention(self) -> str:
        return f"<@{self.bot_user}>"


def envelope(sender: Sender, event: Json, **more: Any) -> Json:
    """An Events API delivery."""
    return {
        "token": "not-used-any-more",
        "team_id": sender.team,
        "enterprise_id": sender.enterprise,
        "context_team_id": sender.team,
        "context_enterprise_id": sender.enterprise,
        "api_app_id": "A0APPRENTI",
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{next(_count):09d}",
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": sender.enterprise,
                "team_id": None if sender.whole else sender.team,
                "user_id": sender.bot_user,
                "is_bot": True,
                "is_enterprise_install": sender.whole,
            }
        ],
        "is_ext_shared_channel": bool(sender.stranger),
        "event_context": "4-eyJldCI6Im1lc3NhZ2UifQ",
        **more,
    }


def written(sender: Sender, text: str, **more: Any) -> Json:
    """The event of a message that a person wrote."""
    ts = stamp()
    home = sender.stranger or sender.team
    theirs = {"user_team": home, "source_team": home, "user_profile": {"team": home}}
    return {
        "client_msg_id": "3c1f6a52-0000-4000-8000-000000000001",
        "type": "message",
        "text": text,
        "user": sender.user,
        "ts": ts,
        "team": sender.team,
        "blocks": [_rich_text(text)],
        "channel": sender.channel,
        "event_ts": ts,
        "channel_type": "channel",
        **(theirs if sender.stranger else {}),
        **more,
    }


def mention(sender: Sender, question: str, **more: Any) -> Json:
    """The event of a message that names the bot."""
    return written(sender, f"{sender.mention} {question}", type="app_mention", **more)


def direct(sender: Sender, question: str, **more: Any) -> Json:
    """The event of a direct message."""
    return written(sender, question, channel="D0HILL0001", channel_type="im", **more)


def _rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "block_id": "xYz1", "elements": [section]}


def _member(sender: Sender) -> Json:
    return {
        "id": sender.user,
        "username": "hana",
        "name": "hana",
        "team_id": sender.stranger or sender.team,
    }


def _place(sender: Sender) -> Json:
    """Top-level keys that every interaction has. An organisation's names no workspace."""
    domain: Json = {"id": sender.team, "domain": "hill"}
    if sender.enterprise:
        domain |= {"enterprise_id": sender.enterprise, "enterprise_name": "Hill Group"}
    organisation = {"id": sender.enterprise, "name": "Hill Group"}
    return {
        "user": _member(sender),
        "api_app_id": "A0APPRENTI",
        "token": "not-used-any-more",
        "trigger_id": "12345.98765.abcd2358fdea",
        "team": None if sender.whole else domain,
        "enterprise": organisation if sender.enterprise else None,
        "is_enterprise_install": sender.whole,
    }


def block_actions(sender: Sender, action: Json, message: Json | None = None, **more: Any) -> Json:
    """A click under a message, or in a modal or App Home where there is no `message`."""
    where: Json = {
        "type": "block_actions",
        **_place(sender),
        "actions": [{"block_id": "b1", "action_ts": stamp(), **action}],
    }
    if message is None:
        return {
            **where,
            "container": {"type": "view", "view_id": "V0VIEW0001"},
            "view": view(sender, "home", kind="home"),
            **more,
        }
    return {
        **where,
        "container": {
            "type": "message",
            "message_ts": message["ts"],
            "channel_id": sender.channel,
            "is_ephemeral": False,
            "thread_ts": message.get("thread_ts"),
        },
        "channel": {"id": sender.channel, "name": "general"},
        "message": message,
        "state": {"values": {}},
        "response_url": "http://127.0.0.1:9/actions/T0/1/abc",
        **more,
    }


def shown(sender: Sender, text: str, **more: Any) -> Json:
    """A message of the bot as interactions carry it."""
    return {
        "type": "message",
        "user": sender.bot_user,
        "ts": stamp(),
        "bot_id": "B0BOT00001",
        "app_id": "A0APPRENTI",
        "text": text,
        "team": sender.team,
        "bot_profile": {"id": "B0BOT00001", "deleted": False, "name": "apprentice"},
        "blocks": [_rich_text(text)],
        **more,
    }


def view(sender: Sender, callback_id: str, kind: str = "modal", **more: Any) -> Json:
    """A view as its submission carries it."""
    return {
        "id": "V0VIEW0001",
        "team_id": sender.team,
        "type": kind,
        "title": {"type": "plain_text", "text": "Title", "emoji": True},
        "submit": None,
        "close": None,
        "blocks": [],
        "private_metadata": "",
        "callback_id": callback_id,
        "external_id": "",
        "state": {"values": {}},
        "hash": "1732170000.abc",
        "clear_on_close": False,
        "notify_on_close": False,
        "root_view_id": "V0VIEW0001",
        "previous_view_id": None,
        "app_id": "A0APPRENTI",
        "app_installed_team_id": None if sender.whole else sender.team,
        "bot_id": "B0BOT00001",
        **more,
    }


def view_submission(sender: Sender, submitted: Json) -> Json:
    return {"type": "view_submission", **_place(sender), "view": submitted, "response_urls": []}


def view_closed(sender: Sender, closed: Json) -> Json:
    body = {"type": "view_closed", **_place(sender), "view": closed, "is_cleared": False}
    del body["trigger_id"]
    return body


def message_action(sender: Sender, callback_id: str, message: Json) -> Json:
    """The menu of a message."""
    return {
        "type": "message_action",
        **_place(sender),
        "callback_id": callback_id,
        "action_ts": stamp(),
        "message_ts": message["ts"],
        "channel": {"id": sender.channel, "name": "general"},
        "message": message,
        "response_url": "http://127.0.0.1:9/app/T0/1/abc",
    }


def block_suggestion(sender: Sender, action_id: str) -> Json:
    """A select asks for its options."""
    return {
        "type": "block_suggestion",
        **_place(sender),
        "container": {"type": "view", "view_id": "V0VIEW0001"},
        "view": view(sender, "retrain"),
        "action_id": action_id,
        "block_id": "b1",
        "value": "gp",
    }


def command(sender: Sender, text: str) -> dict[str, str]:
    """The form of a slash command."""
    form = {
        "token": "not-used-any-more",
        "team_id": sender.team,
        "team_domain": "hill",
        "channel_id": sender.channel,
        "channel_name": "general",
        "user_id": sender.user,
        "user_name": "hana",
        "command": "/retrain",
        "text": text,
        "api_app_id": "A0APPRENTI",
        "is_enterprise_install": "true" if sender.whole else "false",
        "response_url": "http://127.0.0.1:9/commands/T0/1/abc",
        "trigger_id": "12345.98765.abcd2358fdea",
    }
    if sender.enterprise:
        form |= {"enterprise_id": sender.enterprise, "enterprise_name": "Hill Group"}
    return form


def reaction(sender: Sender, kind: str, item: Json, **more: Any) -> Json:
    """The event of a reaction."""
    return {
        "type": kind,
        "user": sender.user,
        "reaction": "+1",
        "item": item,
        "item_user": sender.bot_user,
        "event_ts": stamp(),
        **more,
    }
