"""The JSON that Slack sends to an app, as pure functions: data in, payload out.

Called by `posting.py` (events) and `interactions.py` (buttons, modals, shortcuts, commands);
what they return is signed and sent by `dispatcher.py`.
"""

import re
import secrets
import time
from typing import Any

from bot.sandbox.config import Json
from bot.sandbox.message_store import Message
from bot.sandbox.workspace import APP_ID, BOT_USER, MEMBERS, TEAM_DOMAIN, TEAM_ID

VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - Slack's deprecated field, no secret
_TOKEN = re.compile(
    r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>|<#(?P<channel>C[A-Z0-9]+)(?:\|[^>]*)?>"
)


def event_callback(event: Json) -> Json:
    """The envelope of the Events API around one event."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-" + secrets.token_urlsafe(48),
    }


def channel_type(channel: Json) -> str:
    if channel["is_im"]:
        return "im"
    return "group" if channel["is_private"] else "channel"


def shown(message: Message, *, metadata: bool = True) -> Json:
    """A message as the Web API and the events show it."""
    body = {key: value for key, value in message.body.items() if metadata or key != "metadata"}
    body = {"type": "message", **body, "ts": message.ts}
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    return body


def message_event(message: Message, channel: Json) -> Json:
    """`message`: someone (a person or the bot) posted."""
    return {
        **shown(message),
        "channel": message.channel,
        "event_ts": message.ts,
        "channel_type": channel_type(channel),
    }


def mention_event(message: Message) -> Json:
    """`app_mention`: the same message, delivered a second time because it names the app."""
    named = {key: value for key, value in shown(message).items() if key != "subtype"}
    return {
        **named,
        "type": "app_mention",
        "channel": message.channel,
        "event_ts": message.ts,
    }


def changed_event(message: Message, previous: Message, channel: Json, event_ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": shown(message),
        "previous_message": shown(previous),
        "channel": message.channel,
        "hidden": True,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel_type(channel),
    }


def deleted_event(message: Message, channel: Json, event_ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": shown(message),
        "channel": message.channel,
        "hidden": True,
        "deleted_ts": message.ts,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel_type(channel),
    }


def reaction_event(kind: str, user: str, name: str, message: Message, event_ts: str) -> Json:
    """`reaction_added` or `reaction_removed`."""
    return {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.body.get("user"),
        "event_ts": event_ts,
    }


def home_event(user: str, channel: str, tab: str, view: Json | None, event_ts: str) -> Json:
    """`app_home_opened`; `view` only where the Home tab was published before.

    An agent's Messages tab comes with what the person is looking at besides.
    """
    event: Json = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel,
        "tab": tab,
        "event_ts": event_ts,
    }
    if tab == "messages":
        seen = {"type": "slack#/types/channel_id", "value": "C0GENERAL1", "team_id": TEAM_ID}
        return {**event, "context": {"entities": [seen]}}
    return {**event, "view": view} if view and tab == "home" else event


def person(user_id: str) -> Json:
    name = MEMBERS[user_id].name
    return {"id": user_id, "username": name, "name": name, "team_id": TEAM_ID}


def _interaction(kind: str, user: str, trigger_id: str) -> Json:
    return {
        "type": kind,
        "user": person(user),
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def channel_reference(channel: Json) -> Json:
    name = "directmessage" if channel["is_im"] else channel["name"]
    return {"id": channel["id"], "name": name}


def block_actions(
    user: str, trigger_id: str, action: Json, *, state: Json, source: Json, response_url: str | None
) -> Json:
    """A click. `source` is what `message_source` or `view_source` made."""
    payload = {
        **_interaction("block_actions", user, trigger_id),
        **source,
        "state": {"values": state},
        "actions": [{**action, "action_ts": f"{time.time():.6f}"}],
    }
    return {**payload, "response_url": response_url} if response_url else payload


def message_source(message: Message, channel: Json) -> Json:
    """Where a click in a message came from; an ephemeral message is not shown back."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.visible_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    source: Json = {"container": container, "channel": channel_reference(channel)}
    return source if message.visible_to else {**source, "message": shown(message)}


def view_source(view: Json) -> Json:
    return {"container": {"type": "view", "view_id": view["id"]}, "view": view}


def message_action(
    user: str,
    trigger_id: str,
    callback_id: str,
    message: Message,
    channel: Json,
    *,
    response_url: str,
) -> Json:
    """A message shortcut."""
    return {
        **_interaction("message_action", user, trigger_id),
        "callback_id": callback_id,
        "action_ts": f"{time.time():.6f}",
        "message_ts": message.ts,
        "message": shown(message),
        "channel": channel_reference(channel),
        "response_url": response_url,
    }


def view_submission(user: str, trigger_id: str, view: Json) -> Json:
    return {**_interaction("view_submission", user, trigger_id), "view": view, "response_urls": []}


def view_closed(user: str, view: Json, *, is_cleared: bool) -> Json:
    payload = {**_interaction("view_closed", user, ""), "view": view, "is_cleared": is_cleared}
    del payload["trigger_id"]
    return payload


def slash_command(
    user: str, channel: Json, command: str, text: str, *, trigger_id: str, response_url: str
) -> dict[str, str]:
    """The form fields of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel["id"],
        "channel_name": channel_reference(channel)["name"],
        "user_id": user,
        "user_name": MEMBERS[user].name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def rich_text(text: str) -> list[Json]:
    """The block Slack's composer makes of what a person typed: text, mentions and channels."""
    elements: list[Json] = []
    position = 0
    for match in _TOKEN.finditer(text):
        _add_text(elements, text[position : match.start()])
        if match["user"]:
            elements.append({"type": "user", "user_id": match["user"]})
        else:
            elements.append({"type": "channel", "channel_id": match["channel"]})
        position = match.end()
    _add_text(elements, text[position:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": [section]}]


def _add_text(elements: list[Json], escaped: str) -> None:
    if escaped:
        plain = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        elements.append({"type": "text", "text": plain})


def mentions_bot(body: dict[str, Any]) -> bool:
    return f"<@{BOT_USER}>" in body.get("text", "") or f"<@{BOT_USER}|" in body.get("text", "")
