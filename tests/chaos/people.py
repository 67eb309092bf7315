"""What people think of answers: buttons, reactions, the modal, a message; tried until it is taken.

A person sees when a click came to nothing, and clicks again. `Opinions.last` is what each of them said
last about each answer, which is what must be kept.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

import httpx

from bot.sandbox.view_store import View
from tests.chaos.plan import Deed, Question
from tests.chaos.slack import Slack
from tests.fakes.workplace import Json

TRIES = 40
PAUSE = 0.5  # seconds between two tries
VIEW = 4.0  # seconds that a person waits for a modal
Opinion = tuple[str, str | None] | None  # rating and correction; None: taken back


class NotTaken(Exception):
    """Raised where the bot took a deed on none of many tries."""


@dataclass
class Opinions:
    """`last` is by question and person; `messages` names the event of each deed that Slack delivers."""

    slack: Slack
    last: dict[tuple[int, str], Opinion] = field(default_factory=dict)
    events: dict[tuple[int, str], list[Json]] = field(default_factory=lambda: defaultdict(list))
    given: int = 0
    untaken: set[tuple[int, str]] = field(default_factory=set)
    hands: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    async def say(self, question: Question, channel: str, ts: str, thread_ts: str) -> None:
        """All that people do about one answer, one after another."""
        for deed in question.deeds:
            named = (question.number, deed.user)
            try:
                async with self.hands[deed.user]:
                    await self._do(deed, named, channel, ts, thread_ts)
            except NotTaken:
                self.untaken.add(named)
            self.last[named] = after(self.last.get(named), deed)
            self.given += 1

    async def _do(
        self, deed: Deed, named: tuple[int, str], channel: str, ts: str, thread_ts: str
    ) -> None:
        people = self.slack.people
        match deed.kind:
            case "up" | "down":
                await self._click(deed, channel, ts, thread_ts)
                self.slack.sandbox.state.views.clear(deed.user)
            case "modal":
                await self._correct(deed, channel, ts, thread_ts)
            case "message":
                said = await people.ask(
                    deed.user, f"correct: {deed.text}", channel=channel, thread=thread_ts
                )
                self.events[named].append({"type": "message", "ts": said})
            case _:
                await self._react(deed, named, channel, ts, thread_ts)

    async def _react(
        self, deed: Deed, named: tuple[int, str], channel: str, ts: str, thread_ts: str
    ) -> None:
        remove = deed.kind == "unreact"
        name = "thumbsdown" if deed.kind == "react_down" else "thumbsup"
        for _ in range(TRIES):
            message = self._answer(channel, ts, thread_ts)
            try:
                await self.slack.people.react(deed.user, message, name, remove=remove)
            except (AssertionError, httpx.HTTPError):
                await asyncio.sleep(PAUSE)
                continue
            kind = "reaction_removed" if remove else "reaction_added"
            about = {"type": kind, "user": deed.user, "reaction": name}
            self.events[named].append({**about, "item": message["ts"]})
            return
        raise NotTaken

    async def _click(self, deed: Deed, channel: str, ts: str, thread_ts: str) -> None:
        value = "up" if deed.kind == "up" else "down"
        for _ in range(TRIES):
            message = self._answer(channel, ts, thread_ts)
            since = self.slack.sandbox.state.messages.next_ts()
            try:
                said = await self.slack.people.click(deed.user, message, "feedback", value)
            except (AssertionError, httpx.HTTPError):
                said = {}
            if said.get("accepted") and await self._taken(deed, value, channel, since):
                return
            await asyncio.sleep(PAUSE)
        raise NotTaken

    async def _taken(self, deed: Deed, value: str, channel: str, since: str) -> bool:
        """Whether the person sees that it was: 👎 opens the modal, and nobody whispers a no."""
        if value == "down":
            return await opened(self.slack, deed.user, "correction") is not None
        return not self.slack.whispers(deed.user, channel, since)

    async def _correct(self, deed: Deed, channel: str, ts: str, thread_ts: str) -> None:
        for _ in range(TRIES // 4):
            self.slack.sandbox.state.views.clear(deed.user)
            await self._click(deed, channel, ts, thread_ts)
            view = await opened(self.slack, deed.user, "correction")
            if view is not None and await sent(self.slack, view, correction=deed.text):
                return
        raise NotTaken

    def _answer(self, channel: str, ts: str, thread_ts: str) -> Json:
        """The message with the buttons, as it stands now."""
        messages = [
            m
            for m in self.slack.of_bot(channel, thread_ts)
            if turn_of(m.body) == f"{channel}:{ts}" and "feedback_buttons" in str(m.body)
        ]
        if not messages:
            raise NotTaken
        return {"channel": channel, "ts": messages[-1].ts}


def after(standing: Opinion, deed: Deed) -> Opinion:
    """What counts after this: the last word, but a plain 👎 leaves one's own correction standing."""
    if deed.kind == "unreact":
        return None
    if deed.text:
        return "down", deed.text
    if deed.kind in ("up", "react_up"):
        return "up", None
    return standing if standing is not None and standing[1] else ("down", None)


def turn_of(body: Json) -> str | None:
    """The turn that a finished message of the bot answers."""
    mark = body.get("metadata") or {}
    if mark.get("event_type") != "apprentice_reply":
        return None
    return str(mark["event_payload"]["reply_id"])


async def opened(slack: Slack, user: str, callback_id: str) -> View | None:
    """The modal that opens before this person; None where none does in time."""
    for _ in range(int(VIEW / 0.1)):
        views = slack.sandbox.state.views.stack(user)
        if views and views[-1].body.get("callback_id") == callback_id:
            return views[-1]
        await asyncio.sleep(0.1)
    return None


async def sent(slack: Slack, view: View, **values: str) -> bool:
    """Whether the modal closed in the end; what was typed stays in it while the bot is away."""
    wanted = view.body.get("callback_id")
    for _ in range(TRIES // 4):
        standing = slack.sandbox.state.views.get(view.view_id)
        if standing is None or standing.body.get("callback_id") != wanted:
            return False  # a notice stands there: the bot said no
        try:
            said = await slack.people.submit(view.user, {"id": view.view_id}, **values)
        except (AssertionError, httpx.HTTPError):
            said = {}
        if said.get("closed"):
            return True
        await asyncio.sleep(PAUSE)
    return False
