"""People at work in the sandbox workspace, over the same HTTP that its page uses."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from tests.factories import CHANNEL

PATIENCE = 30.0  # seconds after which a test says what it waited for in vain
T = TypeVar("T")
Json = dict[str, Any]
BOT = "U0APPRENTI"


async def until(what: str, found: Callable[[], Any]) -> Any:
    """Call `found` (it may be async) until it gives something."""
    async with asyncio.timeout(PATIENCE) as clock:
        try:
            while True:
                result = found()
                if asyncio.iscoroutine(result):
                    result = await result
                if result:
                    return result
                await asyncio.sleep(0.03)
        except TimeoutError:
            if clock.expired():
                raise AssertionError(f"waited in vain for {what}") from None
            raise


@dataclass(frozen=True)
class Workplace:
    """What a person does and sees; every method names who."""

    http: httpx.AsyncClient

    async def ask(
        self, user: str, text: str, *, channel: str = CHANNEL, thread: str | None = None
    ) -> str:
        """Post a message; its ts."""
        body = {"user": user, "channel": channel, "text": text, "thread_ts": thread}
        return str((await self._do("message", body))["ts"])

    async def answers(self, thread: str, *, channel: str = CHANNEL, user: str = "") -> list[Json]:
        """The bot's finished messages in a thread, oldest first."""
        found = await self.messages(channel, user or None)
        return [
            message
            for message in found
            if message.get("user") == BOT
            and message.get("thread_ts") == thread
            and (message.get("metadata") or {}).get("event_type") == "apprentice_reply"
        ]

    async def answer(self, thread: str, *, channel: str = CHANNEL, number: int = 1) -> Json:
        """Wait for the bot's answer number `number` in a thread, finished."""

        async def there() -> list[Json]:
            found = await self.answers(thread, channel=channel)
            return found if len(found) >= number else []

        return (await until(f"answer {number} in {thread}", there))[number - 1]

    async def messages(self, channel: str = CHANNEL, user: str | None = None) -> list[Json]:
        state = await self.state(user)
        return next(c["messages"] for c in state["channels"] if c["id"] == channel)

    async def state(self, user: str | None = None) -> Json:
        answer = await self.http.get("/sandbox/api/state", params={"user": user or "U0ASKER001"})
        answer.raise_for_status()
        return answer.json()

    async def click(self, user: str, message: Json, action_id: str, value: str = "") -> Json:
        body = {
            "user": user,
            "channel": message.get("channel", CHANNEL),
            "message_ts": message["ts"],
            "action_id": action_id,
            "value": value or None,
        }
        return await self._do("click", body)

    async def view(self, user: str) -> Json:
        """Wait for the modal that lies open before this person."""

        async def open_view() -> Json | None:
            views = (await self.state(user))["views"]
            return views[-1] if views else None

        return await until(f"a modal for {user}", open_view)

    async def submit(self, user: str, view: Json, **values: str) -> Json:
        return await self._do("submit", {"user": user, "view_id": view["id"], "values": values})

    async def correct(self, user: str, message: Json, text: str) -> Json:
        """👎, write, save."""
        await self.click(user, message, "feedback", "down")
        return await self.submit(user, await self.view(user), correction=text)

    async def command(self, user: str, text: str = "", *, channel: str = CHANNEL) -> Json:
        body = {"user": user, "channel": channel, "command": "/retrain", "text": text}
        return await self._do("command", body)

    async def react(self, user: str, message: Json, name: str, *, remove: bool = False) -> Json:
        body = {
            "user": user,
            "channel": CHANNEL,
            "message_ts": message["ts"],
            "name": name,
            "remove": remove,
        }
        return await self._do("reaction", body)

    async def shortcut(self, user: str, message: Json) -> Json:
        body = {
            "user": user,
            "channel": CHANNEL,
            "message_ts": message["ts"],
            "callback_id": "correct_reply",
        }
        return await self._do("shortcut", body)

    async def home(self, user: str) -> Json:
        """Open App Home and wait for its view."""
        await self._do("home", {"user": user})

        async def drawn() -> Json | None:
            return (await self.state(user))["home"]

        return await until(f"App Home of {user}", drawn)

    async def whispers(self, user: str, channel: str = CHANNEL) -> list[str]:
        """Texts that only this person sees."""
        return [m["text"] for m in await self.messages(channel, user) if m["ephemeral"]]

    async def copies(self, number: int) -> None:
        """Deliver every event so many times from now on."""
        (await self.http.post("/sandbox/api/faults", json={"copies": number})).raise_for_status()

    async def refuse(self, error: str, *methods: str, times: int = 1) -> None:
        """Let Slack's Web API say no to the next calls of each method."""
        body = {"refuse": {method: {"error": error, "times": times} for method in methods}}
        (await self.http.post("/sandbox/api/faults", json=body)).raise_for_status()

    async def deliveries(self) -> list[Json]:
        answer = await self.http.get("/sandbox/api/deliveries")
        return answer.json()["deliveries"]

    async def quiet(self) -> None:
        """Wait until the bot has taken every delivery."""

        async def nothing_left() -> bool:
            answer = await self.http.get("/sandbox/api/deliveries")
            return not answer.json()["pending"]

        await until("all deliveries to be taken", nothing_left)

    async def _do(self, what: str, body: Json) -> Json:
        answer = await self.http.post(f"/sandbox/api/{what}", json=body)
        assert answer.status_code == 200, f"{what}: {answer.text}"
        return answer.json()
