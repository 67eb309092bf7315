"""A stand-in for Slack's Web API client and its host of files, for tests of what reads from Slack."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from fastapi import FastAPI, Request, Response
from slack_sdk.errors import SlackApiError

from bot.domain.preferences import ChannelSettings
from bot.slack.people import People
from bot.slack.reading import SlackReader, slack_reader
from tests.fakes.serving import served

Json = dict[str, Any]
BOT_USER = "U0APPRENTI"
TOKEN = "xoxb-stub"


@dataclass
class SlackStub:
    """Answers Web API methods from `answers` (a value or an error's name) and keeps the calls."""

    base_url: str = "https://slack.com/api/"
    token: str = TOKEN
    users: dict[str, Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    groups: list[Json] = field(default_factory=list)
    files: dict[str, Json | str] = field(default_factory=dict)
    thread: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    served: dict[str, Callable[[Request], Response]] = field(default_factory=dict)
    loaded: list[Request] = field(default_factory=list)
    page: int = 1000

    async def of(self, team: str) -> Any:
        return self

    async def hasty(self, team: str) -> Any:
        return self

    async def auth_test(self) -> Json:
        return {"user_id": BOT_USER}

    async def users_info(self, *, user: str, **_more: Any) -> Json:
        return {
            "user": {"id": user, **self._found("users.info", self.users, user, "user_not_found")}
        }

    async def conversations_info(self, *, channel: str) -> Json:
        found = self._found("conversations.info", self.channels, channel, "channel_not_found")
        return {"channel": found}

    async def usergroups_list(self) -> Json:
        self.calls.append(("usergroups.list", {}))
        return {"usergroups": self.groups}

    async def files_info(self, *, file: str) -> Json:
        return {"file": self._found("files.info", self.files, file, "file_not_found")}

    async def conversations_replies(self, **wanted: Any) -> Json:
        """As Slack: the parent and what lies between the bounds, oldest first, by pages."""
        self.calls.append(("conversations.replies", wanted))
        oldest, latest = wanted.get("oldest") or "0", wanted["latest"]
        found = [
            each
            for each in self.thread
            if each["ts"] == wanted["ts"] or oldest < each["ts"] < latest
        ]
        start, size = int(wanted.get("cursor") or 0), min(wanted["limit"], self.page)
        rest = start + size < len(found)
        return {
            "messages": found[start : start + size],
            "response_metadata": {"next_cursor": str(start + size) if rest else ""},
        }

    def _found(self, method: str, known: dict[str, Any], wanted: str, error: str) -> Json:
        self.calls.append((method, {"id": wanted}))
        found = known.get(wanted, error)
        if isinstance(found, str):
            raise SlackApiError(found, {"ok": False, "error": found})  # type: ignore[arg-type]
        return found

    def serve(self, content: bytes | Callable[[Request], Response], name: str = "file") -> str:
        """Let the host of files give this; its url."""

        def whole(_request: Request) -> Response:
            return Response(content, media_type="application/octet-stream")

        self.served[name] = content if callable(content) else whole
        return f"{self.base_url.removesuffix('/api/')}/files-pri/{name}"


class NoPreferences:
    """Nobody chose anything."""

    async def channel(self, team: str, channel: str) -> ChannelSettings:
        return ChannelSettings()


@asynccontextmanager
async def reading(slack: SlackStub, room: int = 4000) -> AsyncIterator[SlackReader]:
    """A reader that reads from the stub, whose files are served on a host of their own."""
    app = FastAPI()

    @app.get("/files-pri/{name}")
    async def load(name: str, request: Request) -> Response:
        slack.loaded.append(request)
        return slack.served[name](request)

    async with served(app) as url, aiohttp.ClientSession() as session:
        slack.base_url = f"{url}/api/"
        people = People(slack, NoPreferences())  # type: ignore[arg-type]
        yield slack_reader(slack, people, session, room)
