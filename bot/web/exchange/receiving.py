"""A file as its curator's browser sends it: the body is the file, all else is in headers.

Whether somebody may send one is asked before a byte of it is read, and again by the route.
"""

from urllib.parse import unquote

from fastapi import Request
from starlette.types import Scope

from bot.web.curator import Curator
from bot.web.desk import Desk
from bot.web.limits import Uploading
from bot.web.refusals import Refused

PATH = "/curate/dataset/imports"
TOKEN, NAME = "x-form-token", "x-file-name"
LONGEST = 600  # characters of a name as it is sent


def uploading(desk: Desk) -> Uploading:
    """For the limits: the path, and who may send."""

    async def refused(scope: Scope) -> int | None:
        try:
            await sender(desk, Request(scope))
        except Refused as refusal:
            return refusal.status
        return None

    return Uploading(PATH, refused)


async def sender(desk: Desk, request: Request) -> Curator:
    """As for a form. Raises Refused for who is no curator, and for what is not from our page."""
    desk.same_site(request)
    curator = await desk.curator(request)
    if not desk.access.form_is_ours(curator.word, request.headers.get(TOKEN, "")):
        raise Refused("form_old")
    return curator


def named(request: Request) -> str:
    """What the file was called."""
    return unquote(request.headers.get(NAME, "")[:LONGEST], errors="replace")
