"""/curate/runs: the list, one run with its evaluation, and the stream that says when it changed."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, StreamingResponse

from bot.web.curator import Curator
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen
from bot.web.runs.deciding import deciding
from bot.web.runs.groups import Group, Tab
from bot.web.runs.reading import Reading, found
from bot.web.runs.returning import returning
from bot.web.runs.shown import one
from bot.web.runs.starting import starting
from bot.web.runs.streams import Stream, Streams, Watched
from bot.web.services import Services
from finetune import Glance, NotFound

PAGE = 20  # runs
FARTHEST = 1_000  # pages
RunId = Annotated[str, InPath(min_length=1, max_length=100)]


def runs(services: Services) -> APIRouter:
    """The routes; fixed addresses before those with an id, and those before what is decided."""
    router, desk = APIRouter(), services.desk
    router.include_router(starting(services))
    router.include_router(returning(services))

    async def glance(team: str, run_id: str) -> Glance:
        return await services.workspace(team).runs.glance(run_id)

    streams = Streams(glance, services.leaving)

    @router.get("/curate/runs", response_class=HTMLResponse, responses=declared(403))
    async def listed(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        page: Annotated[int, Query(ge=1, le=FARTHEST)] = 1,
        done: str = "",
    ) -> Response:
        values = await _list(services, request, curator, page, done)
        return screen(request, curator, "runs/list.html", values)

    @router.get("/curate/runs/{run_id}", response_class=HTMLResponse, responses=declared(403, 404))
    async def shown(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        run_id: RunId,
        tab: Tab | None = None,
        group: Group | None = None,
        page: Annotated[int, Query(ge=1, le=FARTHEST)] = 1,
        log: str = "",
        done: str = "",
    ) -> Response:
        run = await found(services, curator, run_id)
        values = await one(services, request, curator, run, tab, group, page, log == "all", done)
        return screen(request, curator, "runs/run.html", values)

    @router.get(
        "/curate/runs/{run_id}/events",
        response_class=StreamingResponse,
        responses=declared(403, 404, 429),
    )
    async def events(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        run_id: RunId,
        seen: Annotated[int, Query(ge=-1)] = -1,
    ) -> Response:
        try:
            await glance(curator.team, run_id)
        except NotFound:
            raise Refused("no_page", 404) from None
        last = request.headers.get("last-event-id", "")
        seen = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else seen
        watched = Watched(curator.team, run_id, curator.word, seen, lambda: desk.curator(request))
        return Stream(streams, watched, request)

    router.include_router(deciding(services))
    return router


async def _list(
    services: Services, request: Request, curator: Curator, page: int, done: str
) -> dict[str, Any]:
    kept = services.workspace(curator.team).runs
    rows = await kept.list(page * PAGE + 1)
    known = rows[(page - 1) * PAGE : page * PAGE]
    active, held = await kept.active(), list(await kept.held())
    apart = {run.run_id for run in (active, *held) if run is not None}
    reading = await Reading.of(
        services, request, curator, [*known, *held, *([active] if active else [])]
    )
    return {
        **reading.values,
        "done": reading.steering.done.get(done, ""),
        "active": active if page == 1 else None,
        "held": held if page == 1 else [],
        "earlier": [run for run in known if run.run_id not in apart],
        "page": page,
        "more": len(rows) > page * PAGE,
        "clock": time.time(),
    }
