"""The real bot before several workspaces at once: its web server, its worker, signed deliveries."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from cryptography.fernet import Fernet

from bot.bootstrap import Service, open_service
from bot.ending import end
from bot.sandbox.dispatcher import signature
from bot.settings import Settings
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.slack_directory import Company, SlackDirectory
from tests.fakes.workplace import until

SECRET = "the-signing-secret"
KEY = Fernet.generate_key().decode()
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reached:
    """What Slack and an installer's browser do with a bot, wherever it runs."""

    slack: SlackDirectory
    models: OpenAIStub
    http: httpx.AsyncClient

    async def event(self, body: dict[str, Any]) -> httpx.Response:
        """A delivery of the Events API."""
        return await self._post(json.dumps(body), "application/json")

    async def interaction(self, payload: dict[str, Any]) -> httpx.Response:
        """A click, a modal, a shortcut."""
        return await self._post(urlencode({"payload": json.dumps(payload)}), FORM)

    async def command(self, form: dict[str, str]) -> httpx.Response:
        """A slash command."""
        return await self._post(urlencode(form), FORM)

    async def begin(self) -> tuple[str, str]:
        """Go to the install page; the state, and the cookie that the browser keeps."""
        page = await self.http.get("/slack/install")
        assert page.status_code == 302, page.text
        query = parse_qs(urlsplit(page.headers["location"]).query)
        return query["state"][0], page.headers["set-cookie"].split(";")[0]

    async def come_back(self, state: str, cookie: str, code: str) -> httpx.Response:
        """Slack sends the browser back."""
        return await self.http.get(
            "/slack/oauth_redirect",
            params={"state": state, "code": code},
            headers={"Cookie": cookie},
        )

    async def install(self, company: Company) -> httpx.Response:
        """All of it, by the company's installer."""
        self.slack.grant(f"code-{company.owner}", company)
        state, cookie = await self.begin()
        return await self.come_back(state, cookie, f"code-{company.owner}")

    async def _post(self, body: str, content_type: str) -> httpx.Response:
        signed = signature(SECRET, body, int(time.time()))
        headers = {"Content-Type": content_type, **signed}
        return await self.http.post("/slack/events", content=body, headers=headers)


@dataclass(frozen=True)
class InstalledBot(Reached):
    """One in this process, with its inside."""

    service: Service


def settings_for(
    slack: SlackDirectory, models: OpenAIStub, redis_url: str, data_dir: Path
) -> dict[str, str]:
    """What such a bot is told, by the names of its settings."""
    return {
        "slack_base_url": slack.url,
        "slack_client_id": "1234.5678",
        "slack_client_secret": "the-client-secret",
        "slack_signing_secret": SECRET,
        "encryption_key": KEY,
        "openai_base_url": models.url,
        "openai_api_key": "key",
        "chat_model": "base",
        "base_model": "base",
        "redis_url": redis_url,
        "data_dir": str(data_dir),
        "public_url": "https://bot.example.com",
        "poll_seconds": "0.1",
    }


@asynccontextmanager
async def installed_bot(
    slack: SlackDirectory, models: OpenAIStub, redis_url: str, data_dir: Path, **changes: str
) -> AsyncIterator[InstalledBot]:
    """Serving and working; `changes` are settings."""
    listening = taken_port()
    values = settings_for(slack, models, redis_url, data_dir) | changes
    async with (
        open_service(Settings.model_validate(values)) as service,
        served(service.app, listening),
        httpx.AsyncClient(base_url=url_of(listening), timeout=20) as http,
    ):
        working = asyncio.create_task(service.work())
        await until("a worker", service.docket.workers)
        try:
            yield InstalledBot(slack, models, http, service)
        finally:
            await end(working, patience=10)
