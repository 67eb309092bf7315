"""The sandbox as a FastAPI application: the Web API, the control API and the page on one port.

`create_app` wires everything; `__main__.py` serves it, tests serve it in-process.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from bot.sandbox import (
    answer_routes,
    control,
    file_routes,
    oauth_routes,
    openid_routes,
    web_api,
)
from bot.sandbox.changes import Changes
from bot.sandbox.config import Config
from bot.sandbox.dispatcher import Dispatcher
from bot.sandbox.errors import BadRequest
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.state import State
from bot.sandbox.triggers import Triggers

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data: https: http://127.0.0.1:* http://localhost:*; base-uri 'none'; form-action 'none'"
)


def create_app(config: Config) -> FastAPI:
    """A sandbox over the data directory of `config`; its parts are at `app.state.sandbox`."""
    state = State(config.data_dir)
    changes = Changes()
    dispatcher = Dispatcher(config, state.deliveries, changes)
    limits = RateLimits(time_scale=config.time_scale) if config.rate_limits else None
    triggers = Triggers(config.trigger_seconds)
    sandbox = Sandbox(config, state, changes, dispatcher, triggers, limits)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await dispatcher.start()
        try:
            yield
        finally:
            changes.close()
            await dispatcher.stop()
            state.close()

    app = FastAPI(title="Sandbox workspace", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.sandbox = sandbox
    app.include_router(web_api.routes(sandbox))
    app.include_router(control.routes(sandbox))
    app.include_router(file_routes.routes(sandbox))
    app.include_router(answer_routes.routes(sandbox))
    app.include_router(oauth_routes.routes(sandbox))
    app.include_router(openid_routes.routes(sandbox))
    app.add_exception_handler(BadRequest, _bad_request)
    app.add_exception_handler(RequestValidationError, _unreadable)
    _page(app)
    return app


def _page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse("/sandbox")

    @app.get("/sandbox", include_in_schema=False)
    async def page() -> Response:
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return Response(
            (STATIC / "page.html").read_bytes(), media_type="text/html", headers=headers
        )

    app.mount("/sandbox/static", StaticFiles(directory=STATIC), name="static")


async def _bad_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, BadRequest)  # noqa: S101 - registered for this class
    return JSONResponse({"error": error.sentence}, status_code=error.status)


async def _unreadable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    return JSONResponse({"error": f"{where or 'The body'}: {first['msg']}."}, status_code=400)
