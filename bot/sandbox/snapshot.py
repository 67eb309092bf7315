"""Everything one person sees, as one JSON document: what the page draws and a headless tour looks at.

Unlike in Slack, messages that only one person sees, and open modals, are still there after a reload.
"""

import time
from dataclasses import asdict

from bot.sandbox.config import Json
from bot.sandbox.message_store import Message
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import (
    APP_ID,
    APP_NAME,
    BOT,
    BOT_ID,
    BOT_USER,
    COMMANDS,
    MEMBERS,
    PEOPLE,
    SHORTCUTS,
    TEAM_ID,
    TEAM_NAME,
)


def snapshot(sandbox: Sandbox, user: str) -> Json:
    """Channels with their messages, open modals, Home tab, and what never changes."""
    home = sandbox.state.views.home(user)
    return {
        "version": sandbox.changes.version,
        "now": time.time(),
        "me": user,
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "app": {"id": APP_ID, "name": APP_NAME, "bot_id": BOT_ID, "bot_user": BOT_USER},
        "people": [person.user_id for person in PEOPLE],
        "users": [asdict(person) for person in MEMBERS.values()],
        "channels": [
            _channel(sandbox, channel, user)
            for channel in sandbox.state.channels.all()
            if user in channel["members"]
        ],
        "views": [{**view.body, "errors": view.errors} for view in sandbox.state.views.stack(user)],
        "home": {**home.body, "errors": home.errors} if home else None,
        "commands": [asdict(command) for command in COMMANDS],
        "shortcuts": [asdict(shortcut) for shortcut in SHORTCUTS],
        "tour": list(sandbox.config.tour),
        "model_note": sandbox.config.model_note,
        "faults": asdict(sandbox.dispatcher.faults),
    }


def _channel(sandbox: Sandbox, channel: Json, user: str) -> Json:
    name = BOT.real_name if channel["is_im"] else channel["name"]
    messages = sandbox.state.messages.in_channel(channel["id"])
    return {
        **channel,
        "name": name,
        "messages": [_message(each, user) for each in messages if each.visible_to in (None, user)],
        "threads": sandbox.state.threads.in_channel(channel["id"]),
    }


def _message(message: Message, user: str) -> Json:
    return {
        **message.body,
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "ephemeral": message.visible_to is not None,
        "streaming": message.streaming,
        "pressed": message.pressed.get(user, {}),
    }
