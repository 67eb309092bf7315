"""What the bot says by itself about a run: one message, kept up to date, in the admins' channel.

Called by the durable tasks; remembers in Redis where the message stands, and finds it again by its
metadata if it was killed right after posting.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.notice import Place
from bot.domain.ports import Champions
from bot.slack.blocks.retrain import run_mark
from bot.slack.blocks.run import run_message, summary
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.trouble import TROUBLE, for_good
from bot.texts import Language, Texts, texts
from finetune import Run

log = structlog.get_logger(__name__)

PAUSE = 1.5  # seconds between two updates within one stage: Slack allows about 50 a minute
NO_PICTURE = ("invalid_blocks", "invalid_arguments", "file_not_found", "slack_file_not_found")
GONE = ("message_not_found", "cant_update_message", "edit_window_closed")


class Places(Protocol):
    """Where the message about a run is."""

    async def place(self, team: str, run_id: str, channel: str) -> None: ...

    async def move(self, team: str, run_id: str, channel: str) -> None: ...

    async def find(self, team: str, run_id: str) -> Place | None: ...

    async def posted(self, team: str, run_id: str, place: Place) -> None: ...


@dataclass(frozen=True)
class Notices:
    """Posts and updates, in `admin_channel` or where the run was asked for.

    Without either, `admins` get a direct message about runs nobody started in Slack.
    """

    clients: Clients
    people: People
    places: Places
    admins: tuple[str, ...]
    admin_channel: str = ""
    pictures: Pictures | None = None
    admins_of: Callable[[str], Awaitable[tuple[str, ...]]] | None = None  # instead of `admins`
    champions: Champions | None = None

    async def show(self, team: str, run: Run) -> bool:
        """Bring the message about a run up to date; post it where there is none yet.

        False when Slack is in trouble and another try is worth it. A message never decides whether
        a run goes on: where it may not stand in the channel, it goes to who asked for the run.
        """
        place = await self.places.find(team, run.run_id)
        try:
            if place is None:
                channel = self.admin_channel or await self._direct(team, run)
                if channel is None:
                    return True
                await self.places.place(team, run.run_id, channel)
                place = Place(channel=channel)
            if not _worth_showing(place, run):
                return True
            await self._write(team, place, run)
        except TROUBLE as error:
            log.warning("notice_not_shown", run_id=run.run_id, error=str(error))
            if place is None or not for_good(error):
                return False
            return await self._move(team, place, run)
        return True

    async def behind(self, team: str, run: Run) -> bool:
        """Whether a message stands somewhere and shows less than is known of the run."""
        place = await self.places.find(team, run.run_id)
        if place is None or place.ts is None:
            return False
        return place.state is not run.state or place.at < run.updated_at

    async def _write(self, team: str, place: Place, run: Run) -> None:
        ts = place.ts or await self._find(team, place.channel, run)
        said = await self.said(team, place.channel)
        champion = await self.champions.champion(team) if self.champions else ""
        picture = await self.pictures.of(team, run) if self.pictures else ""
        try:
            ts = await self._put(team, ts, _content(place, run, said, picture, champion))
        except SlackApiError as error:
            if not picture or error.response.get("error") not in NO_PICTURE:
                raise
            log.info("picture_not_shown", run_id=run.run_id, error=str(error))
            ts = await self._put(team, ts, _content(place, run, said, "", champion))
        shown = Place(channel=place.channel, ts=ts, state=run.state, at=run.updated_at)
        await self.places.posted(team, run.run_id, shown)

    async def said(self, team: str, channel: str) -> Texts:
        """The sentences in the channel's language; many read it, so English where none is set."""
        chosen = (await self.people.preferences.channel(team, channel)).language
        return texts(Language(chosen or Language.EN))

    async def _put(self, team: str, ts: str | None, content: dict[str, Any]) -> str:
        if ts is not None and await self._update(team, ts, content):
            return ts
        return str((await (await self.clients.of(team)).chat_postMessage(**content))["ts"])

    async def _update(self, team: str, ts: str, content: dict[str, Any]) -> bool:
        """False when somebody has deleted the message."""
        try:
            await (await self.clients.of(team)).chat_update(ts=ts, **content)
        except SlackApiError as error:
            if error.response.get("error") in GONE:
                return False
            raise
        return True

    async def _move(self, team: str, place: Place, run: Run) -> bool:
        """The channel is closed to us: go to a direct message, unless it is that already."""
        try:
            channel = await self._direct(team, run)
            if channel is None or channel == place.channel:
                return True
            await self.places.move(team, run.run_id, channel)
            await self._write(team, Place(channel=channel), run)
        except TROUBLE as error:
            log.warning("notice_not_moved", run_id=run.run_id, error=str(error))
            return for_good(error)
        return True

    async def _direct(self, team: str, run: Run) -> str | None:
        """The conversation with who asked for the run, else with the first admin."""
        admins = self.admins if self.admins_of is None else await self.admins_of(team)
        people = (run.requested_by, *admins)
        user = next((name for name in people if name[:1] in ("U", "W")), None)
        if user is None:
            return None
        answer = await (await self.clients.of(team)).conversations_open(users=[user])
        return str(answer["channel"]["id"])

    async def _find(self, team: str, channel: str, run: Run) -> str | None:
        """The message that a killed predecessor posted without noting where."""
        page = await (await self.clients.of(team)).conversations_history(
            channel=channel, oldest=str(run.created_at - 1), include_all_metadata=True, limit=200
        )
        for message in page["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("run_id") == run.run_id:
                return str(message["ts"])
        return None


def _content(place: Place, run: Run, said: Texts, picture: str, champion: str) -> dict[str, Any]:
    return {
        "channel": place.channel,
        "text": summary(run, said.runs),
        "blocks": run_message(run, said.runs, picture, champion),
        "metadata": run_mark(run.run_id),
    }


def _worth_showing(place: Place, run: Run) -> bool:
    """A new stage and an admin's word always; progress within one not too often."""
    fresh = run.updated_at > place.at and abs(time.time() - place.at) >= PAUSE
    return place.state is not run.state or run.held or fresh
