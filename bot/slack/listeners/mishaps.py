"""What Slack gets when a listener fails: a 5xx, so that it sends again, or a 200 where that is vain.

A delivery in a shape nobody expected fails every time: it is logged as ours to mend, with the place
in the code, and taken. Everything else (Redis away, Slack in trouble) is worth Slack's retries.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

log = structlog.get_logger(__name__)
MISREAD = (LookupError, ValueError, TypeError, AttributeError)


async def mishap(error: Exception, body: Mapping[str, Any]) -> BoltResponse:
    """For `app.error`: never shows anybody the error."""
    kind = str((body.get("event") or body).get("type") or body.get("command"))
    if not isinstance(error, MISREAD):
        log.error("listener_failed", kind=kind, exc_info=error)
        return BoltResponse(status=500, body="")
    log.error("payload_not_understood", kind=kind, error=repr(error), at=_place(error))
    return BoltResponse(status=200, body="")


def _place(error: Exception) -> str:
    """The innermost line of this package."""
    found, trace = "", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "bot" in path.parts:
            found = f"{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
