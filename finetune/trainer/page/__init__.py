"""The page at `/`: jobs, loss curves, models, files and a try-out box, for a person with a key.

Static files only. Everything they show comes from `/v1` with the key that the person types in, so
the page knows no rule of its own; nothing here needs or sees a key.
"""

from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response

_STATIC = Path(__file__).with_name("static")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
# No script but ours, no markup from text at all, and nothing is ever sent elsewhere.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def register(app: FastAPI) -> None:
    """`/` and the page's own files below `/page/`."""
    for file in sorted(_STATIC.iterdir()):
        if file.suffix in _TYPES:
            path = "/" if file.name == "page.html" else f"/page/{file.name}"
            app.add_api_route(
                path, partial(_static, file), methods=["GET"], include_in_schema=False
            )


async def _static(file: Path) -> Response:
    return Response(file.read_bytes(), media_type=_TYPES[file.suffix], headers=_HEADERS)
