"""The headers of every answer of the pages, whatever it is: page, redirect, refusal, style sheet.

One place for all routes: the guard wraps the application, sees what goes out under the pages' paths,
and turns what a route raises unexpectedly into a page.
"""

from collections.abc import Awaitable, Callable

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.manifest import INSTALL_PATH, REDIRECT_PATH

log = structlog.get_logger(__name__)
PATHS = ("/curate", "/learn")
INSTALLING = (INSTALL_PATH, REDIRECT_PATH)
# Of the <style> in the pages that Slack's library makes for installers.
INSTALL_STYLE = "'sha256-G9kZzyN24irmY+hg/rWbW9P5DYILFdr63wXKRPMJlCc='"
UNUSED = ("camera", "clipboard-read", "geolocation", "microphone", "payment", "usb")


def _policy(styles: str, *more: str) -> str:
    """No script at all, not even our own."""
    return "; ".join(
        [
            f"default-src 'none'; style-src {styles}; img-src 'self'; form-action 'self'",
            "frame-ancestors 'none'; base-uri 'none'",
            *(more or ["require-trusted-types-for 'script'"]),
        ]
    )


HEADERS = {
    "Content-Security-Policy": _policy("'self'"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
KEPT_OUT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
STATIC = {"Cache-Control": "no-cache"}  # kept by browsers, and asked about by its ETag
# Of a screen: the desk's scripts are files of ours. HTMX puts what our server answers into the page,
# which trusted types would have us wave through unread, so they are not required there.
SCREEN = _policy("'self'", "script-src 'self'; connect-src 'self'")
INSTALLERS = {"Content-Security-Policy": _policy(INSTALL_STYLE)}
SECURE = {"Strict-Transport-Security": "max-age=31536000"}


class Guard:
    """ASGI middleware. `broken` makes the page for an exception that nobody expected."""

    def __init__(
        self,
        app: ASGIApp,
        broken: Callable[[Request, Exception], Awaitable[Response]],
        *,
        https: bool,
    ) -> None:
        self._app, self._broken, self._https = app, broken, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All but the pages' and the installers' paths pass untouched."""
        if scope["type"] != "http" or not under(scope["path"], *PATHS, *INSTALLING):
            await self._app(scope, receive, send)
            return
        begun = False

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._mark(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self._app(scope, receive, marked)
        except Exception as error:
            if begun:
                raise
            page = await self._broken(Request(scope, receive), error)
            await page(scope, receive, marked)

    def _mark(self, headers: MutableHeaders, path: str) -> None:
        wanted = HEADERS | (KEPT_OUT if under(path, "/curate", *INSTALLING) else {})
        wanted |= STATIC if under(path, "/curate/static") else {}
        wanted |= INSTALLERS if under(path, *INSTALLING) else {}
        for name, value in (wanted | (SECURE if self._https else {})).items():
            headers.setdefault(name, value)


def under(path: str, *roots: str) -> bool:
    """Whether the path is one of these, or below it."""
    return any(path == root or path.startswith(f"{root}/") for root in roots)
