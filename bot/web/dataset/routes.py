"""/curate/dataset: everything that is learnt, or waits, or was refused."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from bot.web.curator import Curator
from bot.web.dataset.asking import Wanted
from bot.web.dataset.listing import listed
from bot.web.dataset.story import story
from bot.web.refusals import declared
from bot.web.services import Services


def dataset(services: Services) -> APIRouter:
    """The routes. What else lies under /curate/dataset is mounted before."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate/dataset", response_class=HTMLResponse, responses=declared(403))
    async def browse(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        wanted: Annotated[Wanted, Query()],
    ) -> Response:
        return await listed(services, request, curator, wanted)

    @router.get(
        "/curate/dataset/{example_id}",
        response_class=HTMLResponse,
        responses=declared(403, 404),
    )
    async def one(
        request: Request,
        example_id: Annotated[str, InPath(min_length=1, max_length=200)],
        curator: Annotated[Curator, Depends(desk.curator)],
    ) -> Response:
        return await story(services, request, curator, example_id)

    return router
