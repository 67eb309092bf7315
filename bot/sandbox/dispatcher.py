"""Sends to the bot what Slack would send: signed, within 3 seconds, events again when unanswered; over the
app's own connection where it has opened one (Socket Mode).

`posting.py` hands it events, `interactions.py` interactions and commands; every attempt is logged in
`delivery_store.py`. Events that are still unanswered when the sandbox stops go out at the next start.
"""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.changes import Changes
from bot.sandbox.config import Config, Json
from bot.sandbox.delivery_store import Delivery, DeliveryStore
from bot.sandbox.payloads import event_callback
from bot.sandbox.sockets import Sockets

RETRY_AFTER = (0.0, 60.0, 300.0)  # seconds before retry 1, 2 and 3
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class Answer:
    """What the bot said: `status` is None where it said nothing, `reason` is Slack's word for why."""

    status: int | None
    body: str = ""
    reason: str | None = None
    no_retry: bool = False

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Faults:
    """Troubles to order: events delivered several times, methods refused a number of times."""

    copies: int = 1
    refuse: dict[str, Json] = field(default_factory=dict)


class Dispatcher:
    """Owns the HTTP client and one task per delivery under way."""

    def __init__(self, config: Config, deliveries: DeliveryStore, changes: Changes) -> None:
        self.faults = Faults()
        self.sockets = Sockets()
        self._config = config
        self._url = config.bot_url.rstrip("/") + "/slack/events"
        self._deliveries = deliveries
        self._changes = changes
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._config.ack_seconds),
            headers={"User-Agent": AGENT, "Accept": "*/*"},
        )
        for delivery in self._deliveries.pending():
            self._send(delivery)

    async def stop(self) -> None:
        """Drop what is under way; it stays pending in the store."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        if self._session is not None:
            await self._session.close()

    def event(self, event: Json) -> None:
        """Queue one event; returns at once."""
        kind = ".".join(
            filter(None, (event["type"], event.get("subtype"), event.get("channel_type")))
        )
        body = json.dumps(event_callback(event))
        for copy in range(self.faults.copies):
            reason = "http_timeout" if copy else None
            self._send(self._deliveries.add(kind, body, attempt=min(copy, 3), reason=reason))

    async def interaction(self, payload: Json) -> Answer:
        """Deliver a click, submission or shortcut once, and wait for the bot's word."""
        fields = {"payload": json.dumps(payload)}
        return await self._once(payload["type"], fields, "interactive", payload)

    async def command(self, fields: dict[str, str]) -> Answer:
        """Deliver a slash command once, and wait for the bot's word."""
        return await self._once("command " + fields["command"], fields, "slash_commands", fields)

    async def _once(
        self, kind: str, fields: dict[str, str], envelope: str, payload: Json
    ) -> Answer:
        started = time.monotonic()
        if self.sockets.connected:
            answer = await self._over_socket(envelope, payload, {})
        else:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            answer = await self._post(urlencode(fields), form)
        self._deliveries.log(
            kind,
            attempt=0,
            status=answer.status,
            reason=answer.reason,
            latency=time.monotonic() - started,
        )
        self._changes.announce()
        return answer

    def _send(self, delivery: Delivery) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        while True:
            await asyncio.sleep(max(0.0, delivery.due - time.time()))
            answer = await self._attempt(delivery)
            if answer.accepted:
                self._deliveries.finish(delivery, "done")
                return
            if answer.no_retry or delivery.attempt >= len(RETRY_AFTER):
                self._deliveries.finish(delivery, "failed")
                return
            delay = RETRY_AFTER[delivery.attempt] * self._config.time_scale
            delivery = self._deliveries.postpone(delivery, answer.reason or "unknown_error", delay)

    async def _attempt(self, delivery: Delivery) -> Answer:
        reason = delivery.reason or "unknown_error" if delivery.attempt else ""
        started = time.monotonic()
        if self.sockets.connected:
            about = {"retry_attempt": delivery.attempt, "retry_reason": reason}
            answer = await self._over_socket("events_api", json.loads(delivery.body), about)
        else:
            headers = {"Content-Type": "application/json"}
            if delivery.attempt:
                headers["X-Slack-Retry-Num"] = str(delivery.attempt)
                headers["X-Slack-Retry-Reason"] = reason
            answer = await self._post(delivery.body, headers)
        self._deliveries.log(
            delivery.kind,
            attempt=delivery.attempt,
            status=answer.status,
            reason=answer.reason,
            latency=time.monotonic() - started,
            delivery_id=delivery.delivery_id,
        )
        self._changes.announce()
        return answer

    async def _over_socket(self, envelope: str, payload: Json, about: Json) -> Answer:
        try:
            seconds = self._config.ack_seconds
            return Answer(200, await self.sockets.deliver(envelope, payload, about, seconds))
        except TimeoutError:
            return Answer(None, reason="http_timeout")
        except ConnectionError:
            return Answer(None, reason="connection_failed")

    async def _post(self, body: str, headers: dict[str, str]) -> Answer:
        assert self._session is not None, "the dispatcher was not started"  # noqa: S101 - wiring
        signed = {**headers, **signature(self._config.signing_secret, body)}
        try:
            async with self._session.post(
                self._url, data=body.encode(), headers=signed, allow_redirects=False
            ) as response:
                text = await response.text()
        except TimeoutError:
            return Answer(None, reason="http_timeout")
        except aiohttp.ClientError:
            return Answer(None, reason="connection_failed")
        ok = 200 <= response.status < 300
        return Answer(
            response.status,
            text,
            reason=None if ok else "http_error",
            no_retry=response.headers.get("X-Slack-No-Retry") == "1",
        )


def signature(secret: str, body: str, timestamp: int | None = None) -> dict[str, str]:
    """The two headers by which the bot knows that it is Slack who calls."""
    at = str(timestamp or int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
