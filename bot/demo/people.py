"""Acts as a person in the sandbox, over the control API that its page uses too: `/sandbox/api/*`.

Called by `tour.py`. What it sees is what that person's page shows.
"""

import asyncio
import html
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from bot.demo.errors import TourFailed

Json = dict[str, Any]
T = TypeVar("T")
LOOK_SECONDS = 0.2  # between two looks at the page


@dataclass(frozen=True)
class Person:
    """One member of the workspace, and the channel they are looking at."""

    web: aiohttp.ClientSession  # its base address is the sandbox
    user_id: str
    name: str
    channel: str

    async def post(self, text: str) -> str:
        """Write into the channel; the message's ts."""
        answer = await self._do("message", channel=self.channel, text=text)
        return str(answer["ts"])

    async def click(self, message_ts: str, action_id: str, value: str) -> None:
        """Press a button of a message."""
        await self._accepted(
            "click", channel=self.channel, message_ts=message_ts, action_id=action_id, value=value
        )

    async def command(self, command: str, text: str = "") -> str:
        """Send a slash command; the words that only this person gets back, if any."""
        answer = await self._accepted("command", channel=self.channel, command=command, text=text)
        return str(answer.get("ack") or "")

    async def submit(self, view_id: str, **values: str) -> None:
        """Fill in an open modal and send it. Raises TourFailed with what the modal says about it."""
        answer = await self._do("submit", view_id=view_id, values=values)
        if not answer["closed"]:
            shown = "; ".join(answer["errors"].values()) or "it stayed open"
            raise TourFailed(f"{self.name}'s form was not taken: {shown}")

    async def modal(self, callback_id: str) -> Json:
        """The open modal of that kind, as soon as it is there."""

        def opened(state: Json) -> Json | None:
            views = (view for view in state["views"] if view.get("callback_id") == callback_id)
            return next(views, None)

        return await self.see(opened, f"the modal {callback_id!r} opens", seconds=10)

    async def messages(self) -> list[Json]:
        """Everything in the channel that this person sees, oldest first."""
        return _messages(await self._state(), self.channel)

    async def find(self, wanted: Callable[[Json], bool], what: str, *, seconds: float) -> Json:
        """The channel's newest message that is `wanted`, as soon as it is there."""

        def newest(state: Json) -> Json | None:
            shown = reversed(_messages(state, self.channel))
            return next((message for message in shown if wanted(message)), None)

        return await self.see(newest, what, seconds=seconds)

    async def see(self, look: Callable[[Json], T | None], what: str, *, seconds: float) -> T:
        """Look at the page until `look` finds something. Raises TourFailed naming `what`."""
        deadline = time.monotonic() + seconds
        while (found := look(await self._state())) is None:
            if time.monotonic() > deadline:
                raise TourFailed(f"waited {seconds:.0f} s in vain: {what}")
            await asyncio.sleep(LOOK_SECONDS)
        return found

    async def _state(self) -> Json:
        return await self._ask("GET", "state", params={"user": self.user_id})

    async def _accepted(self, route: str, **body: Any) -> Json:
        answer = await self._do(route, **body)
        if not answer["accepted"]:
            why = answer["reason"] or f"status {answer['status']}"
            raise TourFailed(f"the bot did not take {self.name}'s {route}: {why}")
        return answer

    async def _do(self, route: str, **body: Any) -> Json:
        return await self._ask("POST", route, json={"user": self.user_id, **body})

    async def _ask(self, method: str, route: str, **options: Any) -> Json:
        try:
            async with self.web.request(method, f"/sandbox/api/{route}", **options) as answer:
                content = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TourFailed(f"the sandbox did not answer ({route}): {error}") from error
        if answer.status != 200:
            raise TourFailed(f"the sandbox refused {self.name}'s {route}: {content.get('error')}")
        found: Json = content
        return found


def words(message: Json) -> str:
    """The text of a message as a reader sees it."""
    return html.unescape(str(message.get("text", ""))).strip()


def actions(message: Json) -> set[str]:
    """What can be pressed in a message, by action_id."""
    elements = [each for block in message.get("blocks") or () for each in block.get("elements", ())]
    return {str(element["action_id"]) for element in elements if "action_id" in element}


def _messages(state: Json, channel: str) -> list[Json]:
    shown: list[list[Json]] = [
        each["messages"] for each in state["channels"] if each["id"] == channel
    ]
    return shown[0] if shown else []
