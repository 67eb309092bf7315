"""Before an installer's browser reaches Slack's library: what it may bring along, and what it hears.

The library writes `team` into the address it leads to as it came, so only what can be an id passes;
and it raises whatever the database raises.
"""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

log = structlog.get_logger(__name__)
OWNER = re.compile(r"[TE][A-Z0-9]{1,20}", re.ASCII)  # a workspace or an organisation
AGAIN = "60"  # seconds


async def visited(request: Request, page: Callable[[Request], Awaitable[Response]]) -> Response:
    """The page; 503 where the database or Slack is in trouble."""
    try:
        return await page(_plain(request))
    except Exception:
        log.exception("installation_failed")
        return PlainTextResponse("try again", 503, {"Retry-After": AGAIN})


def _plain(request: Request) -> Request:
    asked = request.query_params.multi_items()
    kept = [(name, value) for name, value in asked if name != "team" or OWNER.fullmatch(value)]
    scope = {**request.scope, "query_string": urlencode(kept).encode()}
    return Request(scope, request.receive)
