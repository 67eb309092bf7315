"""One request to a provider and its answer as fields, read with care: the only place that parses.

Compatible providers leave fields out, send times as text or in milliseconds, and numbers as text;
what cannot be read is as if it had been left out. Used by `jobs` and `uploads`.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote

import openai

from finetune.adapters.openai.refusals import translated
from finetune.errors import InputError, NotFound, ProviderError, ProviderUnavailable
from finetune.jobs.paging import Page
from finetune.jobs.provider import Unusable

SECONDS = 120.0  # for one answer to its last byte, with the client's retries; uploads take longer
PAGE = 100
LATEST = 253_402_300_800  # the year 10000, in seconds; larger times are in a smaller unit
Fields = dict[str, Any]


@asynccontextmanager
async def answering(name: str, seconds: float | None = SECONDS) -> AsyncIterator[None]:
    """NotFound for a 404 about `name`; ProviderUnavailable when the answer takes too long."""
    async with translated():
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError as error:
            raise ProviderUnavailable(f"no whole answer came within {seconds:g} s") from error
        except openai.NotFoundError as error:
            raise NotFound(f"the provider has no {name}") from error
        except UnicodeError as error:
            raise ProviderError(f"the request cannot be sent: {error}") from error


def place(kind: str, of: str, *rest: str) -> str:
    """The path of something with an id. Raises InputError for an id that names nothing."""
    if not of.strip() or set(of) <= {"."}:
        raise InputError(f"an id is needed, and {of!r} is none; see: finetune jobs list")
    return "/".join([kind, quote(of, safe=":"), *rest])


class Answer(Protocol):
    """What the SDK gives: a response of one of two libraries."""

    @property
    def content(self) -> bytes:
        """The body."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, in any case."""
        ...


def fields(response: Answer) -> Fields:
    """The JSON object. What is no JSON at all comes from something in between, and may pass."""
    try:
        found = json.loads(response.content, parse_constant=lambda _: None, parse_float=_finite)
    except ValueError as error:
        if "json" in response.headers.get("content-type", ""):
            raise Unusable("the provider's answer is damaged JSON") from error
        raise ProviderUnavailable("the answer is not a model provider's") from error
    if not isinstance(found, dict):
        raise Unusable("the provider's answer is not a JSON object")
    return found


def listed(page: Fields) -> list[Fields]:
    """The things on a page."""
    return [each for each in items(page, "data") if isinstance(each, dict)]


def one_page(page: Fields, found: list[Any]) -> Page[Any]:
    """`found` with where the next page begins: after the last id that is the provider's own."""
    ids = [name for each in listed(page) if (name := text(each, "id"))]
    more = page.get("has_more") is not False and ids
    return Page(found, ids[-1] if more else None)


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if math.isfinite(value) else None


def text(found: Fields, name: str) -> str | None:
    """Text; a number as it is written; None when there is none."""
    value = found.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def identified(found: Fields, what: str) -> str:
    """Its id. Raises Unusable without one."""
    if (name := text(found, "id")) is None:
        raise Unusable(f"the provider's answer names no {what}")
    return name


def whole(found: Fields, name: str) -> int | None:
    """A whole number, whatever it is written as."""
    value = found.get(name)
    with suppress(TypeError, ValueError, OverflowError):
        return int(value) if isinstance(value, int) else int(float(value or ""))
    return None


def seconds(found: Fields, name: str) -> int | None:
    """A time in seconds since the epoch, from a number in any unit or an ISO date."""
    value = found.get(name)
    with suppress(TypeError, ValueError, OverflowError):
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            moment = datetime.fromisoformat(value)
            value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        passed = float(value or 0)
        while passed >= LATEST / 10:  # the year 2800: then they are milliseconds, or even less
            passed /= 1000
        return int(passed) if passed > 0 else None
    return None


def table(found: Fields, name: str) -> Fields:
    """An object, without what is null."""
    value = found.get(name)
    inner = value if isinstance(value, dict) else {}
    return {key: each for key, each in inner.items() if each is not None}


def items(found: Fields, name: str) -> list[Any]:
    """A list."""
    value = found.get(name)
    return value if isinstance(value, list) else []
