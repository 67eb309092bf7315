"""Payloads with a right signature and everything else wrong: ids of others, odd values, odd types."""

import json
import secrets
import time
from typing import Any

from tests.factories import CHANNEL, TEAM

Json = dict[str, Any]
OTHER = "C0SECRETS1"  # a channel that the asker is not in
NOWHERE: tuple[Any, ...] = (
    "",
    " ",
    ":",
    "a:b:c",
    "{T0OTHER001}:turn:x",
    "x\ny\r\nz",
    "\u202e\u0007\u200b",
    "*?[a]",
    "../../etc/passwd",
    "x" * 5_000,
    "{}",
    "null",
    "[]",
    '{"example_id": ["a"], "seen": {}}',
    '{"example_id": "a:b", "seen": null}',
)
ODD: tuple[Any, ...] = (None, 7, 1.5, True, [], {}, ["a"], {"a": 1})


def click(user: str, action: Json, *, channel: str = CHANNEL, ts: str = "1.000001") -> Json:
    """Under a message."""
    return {
        **_place(user, "block_actions"),
        "container": {"type": "message", "channel_id": channel, "message_ts": ts},
        "channel": {"id": channel, "name": "x"},
        "message": {"ts": ts, "thread_ts": ts, "type": "message"},
        "response_url": "http://127.0.0.1:9/nobody",
        "actions": [_action(action)],
    }


def home_click(user: str, action: Json, **view: Any) -> Json:
    """In App Home."""
    shown = {"id": "V0CRAFTED1", "type": "home", "private_metadata": "", "blocks": [], **view}
    return {
        **_place(user, "block_actions"),
        "container": {"type": "view", "view_id": "V0CRAFTED1"},
        "view": shown,
        "actions": [_action(action)],
    }


def submission(user: str, callback_id: str, metadata: Any, values: Json | None = None) -> Json:
    """A modal; `values` by block and action of one name."""
    state = {
        name: {name: {"type": "plain_text_input", "value": value}}
        for name, value in (values or {}).items()
    }
    view = {
        "id": f"V{secrets.token_hex(4)}",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata if isinstance(metadata, str) else json.dumps(metadata),
        "state": {"values": state},
        "blocks": [],
        "hash": "1.a",
    }
    return {**_place(user, "view_submission"), "view": view}


def shortcut(user: str, callback_id: str, message: Json, channel: str = CHANNEL) -> Json:
    """In a message's menu."""
    return {
        **_place(user, "message_action"),
        "callback_id": callback_id,
        "channel": {"id": channel, "name": "x"},
        "message": message,
        "message_ts": message.get("ts"),
        "response_url": "http://127.0.0.1:9/nobody",
    }


def _action(action: Json) -> Json:
    return {"type": "button", "block_id": "b", "action_ts": f"{time.time():.6f}", **action}


def _place(user: str, kind: str) -> Json:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "sandbox"},
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0APPRENTI",
        "trigger_id": f"crafted.{secrets.token_hex(5)}",
    }
