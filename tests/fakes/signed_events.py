"""Single deliveries of the Events API, in an order and at a time that the test decides."""

import json
import secrets
import time
from typing import Any

import httpx

from bot.sandbox.dispatcher import signature
from tests.factories import ASKER, CHANNEL, TEAM

BOT = "U0APPRENTI"


async def deliver(
    bot_url: str, secret: str, event: dict[str, Any], event_id: str = "", *, patience: float = 20
) -> int:
    """Send one event as Slack does; the bot's status."""
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0APPRENTI",
            "event_id": event_id or f"Ev{secrets.token_hex(5)}",
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
    )
    headers = {"Content-Type": "application/json", **signature(secret, body)}
    async with httpx.AsyncClient(timeout=patience) as http:
        answer = await http.post(f"{bot_url}/slack/events", content=body, headers=headers)
    return answer.status_code


def message(text: str, ts: str, **more: Any) -> dict[str, Any]:
    """A message in a channel."""
    return {
        "type": "message",
        "channel": CHANNEL,
        "channel_type": "channel",
        "user": ASKER,
        "text": text,
        "ts": ts,
        "event_ts": ts,
        **more,
    }


def changed(
    text: str, ts: str, *, before: str | None, by: str = ASKER, at: float | None = None, **more: Any
) -> dict[str, Any]:
    """Its edit; `before` is what it said until then."""
    event_ts = f"{at or time.time():.6f}"
    inner = {"type": "message", "user": ASKER, "ts": ts}
    was = {} if before is None else {"previous_message": {**inner, "text": before}}
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHANNEL,
        "channel_type": "channel",
        "message": {**inner, "text": text, "edited": {"user": by, "ts": event_ts}, **more},
        **was,
        "ts": event_ts,
        "event_ts": event_ts,
    }


def deleted(text: str, ts: str) -> dict[str, Any]:
    """Its deletion."""
    event_ts = f"{time.time():.6f}"
    return {
        "type": "message",
        "subtype": "message_deleted",
        "channel": CHANNEL,
        "channel_type": "channel",
        "deleted_ts": ts,
        "previous_message": {"type": "message", "user": ASKER, "text": text, "ts": ts},
        "ts": event_ts,
        "event_ts": event_ts,
    }
