"""The public keys with which Slack signs who somebody is (JWKS, RFC 7517): fetched, remembered."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping

import aiohttp
import jwt
import structlog

from bot.errors import SurfaceUnavailable

log = structlog.get_logger(__name__)
REMEMBER = 3600.0  # seconds after which Slack is asked again: it changes its keys now and then
AGAIN = 60.0  # seconds between two questions about a key that is not known
PATIENCE = 5.0  # seconds for the answer; somebody waits
MOST = 100_000  # bytes


class SigningKeys:
    """RSA keys by their ids."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session, self._url, self._clock = session, url, clock
        self._known: Mapping[str, jwt.PyJWK] = {}
        self._at: float | None = None

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        """None where Slack has no such key. Raises SurfaceUnavailable when it was never told."""
        waits = AGAIN if key_id not in self._known else REMEMBER
        if self._at is None or self._clock() - self._at >= waits:
            await self._fetch()
        return self._known.get(key_id)

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE), self._session.get(self._url) as answer:
                answer.raise_for_status()
                read = json.loads(await _whole(answer.content))
            self._known = _rsa(jwt.PyJWKSet.from_dict(read))
        except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, jwt.PyJWTError) as error:
            if not self._known:
                raise SurfaceUnavailable(f"{self._url}: {type(error).__name__}") from error
            log.warning("keys_not_fetched", url=self._url, error=type(error).__name__)
        self._at = self._clock()


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """Raises ValueError for more than anybody's keys need."""
    read = bytearray()
    async for piece in content.iter_any():
        read += piece
        if len(read) > MOST:
            raise ValueError(f"more than {MOST} bytes")
    return bytes(read)


def _rsa(found: jwt.PyJWKSet) -> dict[str, jwt.PyJWK]:
    return {key.key_id: key for key in found.keys if key.key_id and key.key_type == "RSA"}
