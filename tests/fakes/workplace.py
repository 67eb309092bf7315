"""People at work in the sandbox workspace, over the same HTTP that its page uses."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from bot.sandbox.workspace import direct_channel
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

    async def share(
        self,
        user: str,
        name: str,
        content: bytes,
        text: str = "",
        *,
        channel: str = CHANNEL,
        thread: str | None = None,
    ) -> str:
        """Post a message with a file; its ts."""
        return await self.share_all(user, {name: content}, text, channel=channel, thread=thread)

    async def share_all(
        self,
        user: str,
        files: dict[str, bytes],
        text: str = "",
        *,
        channel: str = CHANNEL,
        thread: str | None = None,
    ) -> str:
        """Post one message with several files; its ts."""
        ids = []
        for name, content in files.items():
            about = {"user": user, "name": name}
            answer = await self.http.post("/sandbox/api/upload", params=about, content=content)
            assert answer.status_code == 200, answer.text
            ids.append(answer.json()["file"])
        body = {"user": user, "channel": channel, "text": text, "thread_ts": thread, "files": ids}
        return str((await self._do("message", body))["ts"])

    async def edit(self, user: str, ts: str, text: str, *, channel: str = CHANNEL) -> None:
        """Change one's own message."""
        body = {"user": user, "channel": channel, "message_ts": ts, "text": text}
        await self._do("edit", body)

    async def delete(self, user: str, ts: str, *, channel: str = CHANNEL) -> None:
        """Take one's own message away."""
        await self._do("delete", {"user": user, "channel": channel, "message_ts": ts})

    async def bot_says(
        self,
        text: str,
        *,
        channel: str = CHANNEL,
        thread: str | None = None,
        as_user: bool = True,
    ) -> str:
        """A message of another app; without `as_user` as webhooks post it: a bot_id and no user."""
        body = {"channel": channel, "text": text, "thread_ts": thread, "as_user": as_user}
        return str((await self._do("bot_message", body))["ts"])

    async def see(
        self,
        what: str,
        wanted: Callable[[Json], bool],
        *,
        user: str | None = None,
        channel: str = CHANNEL,
    ) -> Json:
        """Wait for the newest message this person sees that is `wanted`."""

        async def newest() -> Json | None:
            shown = reversed(await self.messages(channel, user))
            return next((message for message in shown if wanted(message)), None)

        return await until(what, newest)

    async def whisper(self, user: str, *, channel: str = CHANNEL, having: str = "") -> Json:
        """Wait for a message that only this person sees; its buttons take `click`."""
        what = f"a message that only {user} sees with {having!r}"
        return await self.see(
            what, lambda m: m["ephemeral"] and having in str(m), user=user, channel=channel
        )

    async def open_pane(self, user: str) -> None:
        """Open the conversation with the agent (`app_home_opened`, tab messages)."""
        await self._do("home", {"user": user, "tab": "messages"})

    async def pane(self, user: str, thread: str = "") -> Json:
        """What the agent set in the person's conversation with it: prompts, title, status."""
        state = await self.state(user)
        direct = next(c for c in state["channels"] if c["id"] == direct_channel(user))
        return direct["threads"].get(thread, {})

    async def new_channel(self, user: str, name: str, *, private: bool = False) -> str:
        """Make a channel with the bot in it; its id. A private one has nobody else."""
        return str(
            (await self._do("channels", {"user": user, "name": name, "is_private": private}))[
                "channel"
            ]
        )

    async def choose(self, user: str, view: Json, action_id: str, value: Any = None) -> Json:
        """Click or choose something in a modal or in App Home."""
        body = {"user": user, "view_id": view["id"], "action_id": action_id, "value": value}
        return await self._do("click", body)

    async def close(self, user: str, view: Json) -> None:
        """Close a modal by its cross."""
        await self._do("close", {"user": user, "view_id": view["id"]})

    async def no_view(self, user: str) -> None:
        """Wait until no modal lies open before this person."""

        async def gone() -> bool:
            return not (await self.state(user))["views"]

        await until(f"no modal for {user}", gone)

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
            loading = views and str(views[-1].get("callback_id")).endswith("_loading")
            return views[-1] if views and not loading else None

        return await until(f"a modal for {user}", open_view)

    async def submit(self, user: str, view: Json, **values: Any) -> Json:
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
            "channel": message.get("channel", CHANNEL),
            "message_ts": message["ts"],
            "name": name,
            "remove": remove,
        }
        return await self._do("reaction", body)

    async def shortcut(self, user: str, message: Json, callback_id: str = "correct_reply") -> Json:
        """Choose an entry of the message's menu."""
        body = {
            "user": user,
            "channel": message.get("channel", CHANNEL),
            "message_ts": message["ts"],
            "callback_id": callback_id,
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
