"""/healthz, /readyz and /metrics: for orchestrators and Prometheus, of the web server and of workers."""

import secrets
from typing import Annotated

from fastapi import FastAPI, Header, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from bot.gauges import Gauges
from bot.health import Health


def mount_probes(app: FastAPI, health: Health, gauges: Gauges, token: str) -> None:
    """Add the routes. `token`: what a scrape must bear; empty: nothing."""

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", responses={503: {"description": "not ready, with the reasons"}})
    async def readyz() -> JSONResponse:
        problems = await health.problems()
        content = {
            "status": "not ready" if problems else "ready",
            "problems": problems,
            "warnings": await health.warnings(),  # no reason to send Slack elsewhere
        }
        return JSONResponse(content, status_code=503 if problems else 200)

    @app.get("/metrics", responses={401: {"description": "METRICS_TOKEN is set: bear it"}})
    async def metrics(authorization: Annotated[str, Header()] = "") -> Response:
        borne = authorization.removeprefix("Bearer ")
        if token and not secrets.compare_digest(borne.encode(), token.encode()):
            headers = {"WWW-Authenticate": "Bearer"}
            return Response("METRICS_TOKEN, please", status_code=401, headers=headers)
        return Response(await gauges.text(), media_type=CONTENT_TYPE_LATEST)


def create_probes(health: Health, gauges: Gauges, token: str) -> FastAPI:
    """What a worker shows, which has no other pages."""
    app = FastAPI(title="Apprentice worker", docs_url=None, redoc_url=None, openapi_url=None)
    mount_probes(app, health, gauges, token)
    return app
