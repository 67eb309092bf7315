"""What admins decide about a run: a page that says what will happen, then the effect.

The page opens in a dialog where there are scripts. The role is asked again at the effect, by
`bot.decisions`; whoever comes after somebody else is told how things stand.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.decisions import Who
from bot.domain.choices import Choice, choices, outdated
from bot.web.curator import Curator
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen
from bot.web.runs.reading import Reading, found
from bot.web.services import Services
from finetune import Run, RunRefused

Id = Annotated[str, InPath(min_length=1, max_length=100)]


def deciding(services: Services) -> APIRouter:
    """The routes of the questions and of their answers."""
    router, desk = APIRouter(), services.desk

    address = "/curate/runs/{run_id}/{choice}"

    @router.get(address, response_class=HTMLResponse, responses=declared(403, 404, 409))
    async def ask(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        run_id: Id,
        choice: Choice,
    ) -> Response:
        run = await found(services, curator, run_id)
        return await _ask(services, request, curator, run, choice)

    @router.post(
        address,
        status_code=303,
        response_class=RedirectResponse,
        responses=declared(403, 404, 409),
    )
    async def decide(
        request: Request,
        curator: Annotated[Curator, Depends(desk.writer)],
        run_id: Id,
        choice: Choice,
    ) -> Response:
        run = await found(services, curator, run_id)
        try:
            await _decisions(services)[choice](Who(curator.team, curator.user), run_id)
        except RunRefused:
            return await _faster(services, request, curator, run)
        return RedirectResponse(f"/curate/runs/{run_id}?done={choice}", status_code=303)

    return router


def _decisions(services: Services) -> dict[Choice, Callable[[Who, str], Awaitable[Run]]]:
    steering = services.steering
    return {
        "promote": steering.promote,
        "hold": steering.hold,
        "decline": steering.decline,
        "cancel": steering.cancel,
    }


async def _ask(
    services: Services, request: Request, curator: Curator, run: Run, choice: Choice
) -> Response:
    if not curator.admin:
        raise Refused("not_allowed")
    if choice not in choices(run):
        return await _faster(services, request, curator, run)
    reading = await Reading.of(services, request, curator, [run])
    champion = await services.champions.champion(curator.team)
    values: dict[str, Any] = {
        **reading.values,
        "run": run,
        "choice": choice,
        "champion": champion,
        "outdated": outdated(run, champion),
    }
    return screen(request, curator, "runs/confirm.html", values)


async def _faster(services: Services, request: Request, curator: Curator, run: Run) -> Response:
    """Somebody else has decided, or the run went on: how it stands now."""
    run = await services.workspace(curator.team).runs.get(run.run_id)
    reading = await Reading.of(services, request, curator, [run])
    return screen(request, curator, "runs/faster.html", {**reading.values, "run": run}, 409)
