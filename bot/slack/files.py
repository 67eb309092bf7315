"""Files that people share in Slack: which came with a message, and their bytes.

A bot token goes to Slack's file hosts alone, also when Slack sends us on to another address; what
lies elsewhere (a document of another service) is not loaded. Called by `reading.py`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.documents import Why
from bot.domain.conversation import SharedFile
from bot.errors import FileUnreadable, SurfaceUnavailable
from bot.slack.clients import Clients
from bot.slack.trouble import TROUBLE

FILES = "files.slack.com"
SLACK = frozenset({"slack.com", "www.slack.com"})
TIMEOUT = aiohttp.ClientTimeout(total=90, sock_connect=10, sock_read=20)
TRIES, PAUSE = 3, 0.3  # seconds before the second try; twice that before the third
REDIRECTS = 3
_GONE = frozenset({"file_deleted", "file_not_found"})


def shared_files(message: Mapping[str, Any]) -> tuple[SharedFile, ...]:
    """The files of a message. One without a url is known to `files.info` only, or gone."""
    return tuple(_shared(each) for each in message.get("files") or () if each.get("id"))


@dataclass(frozen=True)
class SlackFiles:
    """Loads files with the token of their workspace."""

    clients: Clients
    session: aiohttp.ClientSession

    async def known(self, team: str, file: SharedFile) -> SharedFile:
        """The file with all that Slack knows of it; in shared channels a message says little.

        Raises FileUnreadable, SurfaceUnavailable and SurfaceRefused.
        """
        if file.url:
            return file
        client = await self.clients.of(team)
        try:
            found = _shared((await client.files_info(file=file.file_id))["file"])
        except SlackApiError as error:
            said = error.response.get("error")
            raise FileUnreadable(Why.GONE if said in _GONE else Why.NO_ACCESS) from error
        except TROUBLE as error:
            raise SurfaceUnavailable(f"Slack: files.info: {error}") from error
        if not found.url:
            raise FileUnreadable(Why.GONE)
        return found

    async def load(self, team: str, file: SharedFile, most: int) -> bytes:
        """The bytes, `most` of them or none. Raises as `known` does."""
        if file.size > most:
            raise FileUnreadable(Why.TOO_LARGE)
        client = await self.clients.of(team)
        for attempt in range(TRIES):
            await asyncio.sleep(PAUSE * attempt)
            try:
                return await self._get(client, file, most)
            except FileUnreadable as error:
                if error.why != Why.UNREACHABLE or attempt == TRIES - 1:
                    raise
            except (aiohttp.ClientError, TimeoutError) as error:
                if attempt == TRIES - 1:
                    raise SurfaceUnavailable(f"Slack: {file.file_id}: {error}") from error
        raise AssertionError  # pragma: no cover - the last try returns or raises

    async def _get(self, client: AsyncWebClient, file: SharedFile, most: int) -> bytes:
        url, why = file.url, Why.EXTERNAL
        for _ in range(REDIRECTS):
            if not slacks_own(url, client.base_url):
                raise FileUnreadable(why)
            async with self.session.get(
                url,
                headers={"Authorization": f"Bearer {client.token}"},
                allow_redirects=False,
                timeout=TIMEOUT,
            ) as response:
                if response.status in {301, 302, 303, 307, 308}:
                    url, why = urljoin(url, response.headers.get("Location", "")), Why.NO_ACCESS
                    continue
                _refuse(response.status)
                data = await _bytes(response, most)
                # Slack answers 200 with its sign-in page where a token may not see the file.
                if response.content_type == "text/html" and not _is_page(file, data):
                    raise FileUnreadable(Why.NO_ACCESS)
                return data
        raise FileUnreadable(Why.NO_ACCESS)


def slacks_own(url: str, api: str) -> bool:
    """Whether our token may go there: Slack's host of files, or that of a Web API elsewhere."""
    try:
        there, home = urlsplit(url), urlsplit(api)
        port = there.port
    except ValueError:
        return False
    if there.scheme == "https" and there.hostname == FILES and there.netloc == FILES:
        return True
    if home.hostname in SLACK:
        return False
    return (there.scheme, there.netloc) == (home.scheme, home.netloc) or (
        there.scheme == "https" and there.hostname == f"files.{home.hostname}" and port is None
    )


def _refuse(status: int) -> None:
    if status == 429 or status >= 500:
        raise FileUnreadable(Why.UNREACHABLE)
    if status in {404, 410}:
        raise FileUnreadable(Why.GONE)
    if status >= 300:
        raise FileUnreadable(Why.NO_ACCESS)


async def _bytes(response: aiohttp.ClientResponse, most: int) -> bytes:
    found = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        found += chunk
        if len(found) > most:
            raise FileUnreadable(Why.TOO_LARGE)
    return bytes(found)


def _is_page(file: SharedFile, data: bytes) -> bool:
    return file.mimetype == "text/html" and file.size in {0, len(data)}


def _shared(file: Mapping[str, Any]) -> SharedFile:
    return SharedFile(
        file_id=str(file["id"]),
        name=str(file.get("name") or file.get("title") or file["id"]),
        mimetype=str(file.get("mimetype") or ""),
        size=int(file.get("size") or 0),
        url=str(file.get("url_private_download") or file.get("url_private") or ""),
    )
