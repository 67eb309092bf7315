"""Single interactions, with whatever a crafted payload may carry: any user, any value, any view."""

import json
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.sandbox.dispatcher import signature
from tests.factories import TEAM

Json = dict[str, Any]


async def press(
    bot_url: str, secret: str, user: str, action: Json, view: Json | None = None
) -> int:
    """A click in App Home; the bot's status."""
    shown = {"id": "V0CRAFTED1", "type": "home", "private_metadata": "", **(view or {})}
    entry = {"type": "button", "block_id": "b", "action_ts": "1732170000.000100", **action}
    return await _send(
        bot_url,
        secret,
        {
            **_envelope(user, "block_actions"),
            "container": {"type": "view", "view_id": shown["id"]},
            "view": shown,
            "actions": [entry],
        },
    )


async def submit(bot_url: str, secret: str, user: str, view: Json) -> int:
    """A filled-in modal; the bot's status. `values` of the view: by block and action of one name."""
    values = {
        name: {name: {"type": "plain_text_input", "value": value}}
        for name, value in view.pop("values", {}).items()
    }
    shown = {"id": "V0CRAFTED2", "type": "modal", "state": {"values": values}, **view}
    return await _send(bot_url, secret, {**_envelope(user, "view_submission"), "view": shown})


def _envelope(user: str, kind: str) -> Json:
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "sandbox"},
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0APPRENTI",
        "trigger_id": f"crafted.{secrets.token_hex(5)}",
    }


async def _send(bot_url: str, secret: str, payload: Json) -> int:
    body = urlencode({"payload": json.dumps(payload)})
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        **signature(secret, body),
    }
    async with httpx.AsyncClient(timeout=20) as http:
        answer = await http.post(f"{bot_url}/slack/events", content=body, headers=headers)
    return answer.status_code
