"""Many signed deliveries at one moment, made before it: signing costs the machine as well."""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

import aiohttp

from bot.sandbox.dispatcher import signature
from tests.factories import TEAM
from tests.fakes.signed_events import BOT

Delivery = tuple[str, dict[str, str]]
TRIES = 10  # more than Slack's


def delivery(event: dict[str, Any], event_id: str, secret: str) -> Delivery:
    """Body and headers, as Slack sends them."""
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "api_app_id": "A0APPRENTI",
            "event_id": event_id,
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
    )
    return body, {"Content-Type": "application/json", **signature(secret, body)}


def mention(number: int, channel: str, user: str) -> dict[str, Any]:
    """Question `number`, each in a thread of its own."""
    ts = f"{time.time() - 60 + number / 1000:.6f}"
    words = {"text": f"<@{BOT}> question {number}", "ts": ts, "event_ts": ts}
    return {"type": "app_mention", "channel": channel, "user": user, **words}


async def burst(bot_url: str, deliveries: Sequence[Delivery]) -> list[int]:
    """All at once; the answers' statuses."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:

        async def one(body: str, headers: dict[str, str]) -> int:
            url = f"{bot_url}/slack/events"
            async with http.post(url, data=body, headers=headers) as answer:
                await answer.read()
                return answer.status

        return list(await asyncio.gather(*(one(*each) for each in deliveries)))


async def burst_until_taken(bot_url: str, deliveries: Sequence[Delivery]) -> list[int]:
    """As `burst`, and what was refused again, as Slack does; every status there was."""
    left, seen = list(deliveries), []
    for _ in range(TRIES):
        statuses = await burst(bot_url, left)
        seen += statuses
        left = [each for each, status in zip(left, statuses, strict=True) if status != 200]
        if not left:
            return seen
    raise AssertionError(f"{len(left)} were never taken")
