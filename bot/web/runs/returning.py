"""Go back to the model before: a page that says which one answers then, and the effect."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.decisions import Who
from bot.web.curator import Curator
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen
from bot.web.runs.reading import Reading
from bot.web.services import Services

LONGEST = 300  # characters of a model's name
BACK = "/curate/runs/rollback"


def returning(services: Services) -> APIRouter:
    """The routes of the question and of its answer."""
    router, desk = APIRouter(), services.desk

    @router.get(BACK, response_class=HTMLResponse, responses=declared(403, 409))
    async def ask_back(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        leaving: Annotated[str, Query(max_length=LONGEST)] = "",
    ) -> Response:
        return await _ask_back(services, request, curator, leaving)

    @router.post(
        BACK, status_code=303, response_class=RedirectResponse, responses=declared(403, 409)
    )
    async def go_back(
        curator: Annotated[Curator, Depends(desk.writer)],
        leaving: Annotated[str, Form(min_length=1, max_length=LONGEST)],
    ) -> Response:
        back = await services.steering.rollback(Who(curator.team, curator.user), leaving)
        done = "rollback" if back.moved else "rollback_same"
        return RedirectResponse(f"/curate/runs?done={done}", status_code=303)

    return router


async def _ask_back(
    services: Services, request: Request, curator: Curator, leaving: str
) -> Response:
    """Which model answers afterwards: that of the promotion before, else CHAT_MODEL."""
    if not curator.admin:
        raise Refused("not_allowed")
    before = await services.workspace(curator.team).registry.back()
    reading = await Reading.of(services, request, curator, [])
    champion = await services.champions.champion(curator.team)
    values: dict[str, Any] = {
        **reading.values,
        "champion": champion,
        "leaving": leaving or champion,
        "before": before,
    }
    if before is None or values["leaving"] != champion:
        return screen(request, curator, "runs/moved.html", values, 409)
    return screen(request, curator, "runs/rollback.html", values)
