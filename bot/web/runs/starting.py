"""Start a retraining: what it would train on, whether it may, and what it may cost."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.decisions import Who
from bot.domain.problems import problem_lines
from bot.texts import texts
from bot.web.curator import Curator
from bot.web.refusals import Refused, declared
from bot.web.rendering import language_for, screen
from bot.web.runs.reading import Reading
from bot.web.services import Services
from finetune import LEAST_PAIRS, Method, Status

MANY = 2_000  # approved examples that take too long to check before anything is shown
LONGEST_NAME = 200
OTHER = ":other:"  # no model is called so
KEY = r"^[0-9a-f]{32}$"


def starting(services: Services) -> APIRouter:
    """The routes of the form."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate/runs/start", response_class=HTMLResponse, responses=declared(403))
    async def start_form(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        check: Annotated[bool, Query()] = False,
    ) -> Response:
        return await _form(services, request, curator, check=check)

    @router.post(
        "/curate/runs/start",
        status_code=303,
        response_class=RedirectResponse,
        responses=declared(403, 409),
    )
    async def start(
        request: Request,
        curator: Annotated[Curator, Depends(desk.writer)],
        key: Annotated[str, Form(pattern=KEY)],
        base_model: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
        base_typed: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
        method: Annotated[Method, Form()] = Method.SUPERVISED,
    ) -> Response:
        base = base_typed.strip() if base_model == OTHER else base_model
        words = texts(language_for(request)).retrain
        if base_model == OTHER and not base:
            return await _form(services, request, curator, wrong=words.base_missing)
        if not base.isprintable() or " " in base:
            return await _form(services, request, curator, wrong=words.base_unusable)
        run = await services.steering.start(
            Who(curator.team, curator.user), f"desk:{key}", base_model=base, method=method
        )
        return RedirectResponse(f"/curate/runs/{run.run_id}?done=started", status_code=303)

    return router


async def _form(
    services: Services, request: Request, curator: Curator, *, check: bool = False, wrong: str = ""
) -> Response:
    if not curator.admin:
        raise Refused("not_allowed")
    workspace = services.workspace(curator.team)
    reading = await Reading.of(services, request, curator, [])
    large = (await workspace.dataset.counts()).get(Status.APPROVED, 0) > MANY
    preview = await workspace.runs.preview()
    values: dict[str, Any] = {
        **reading.values,
        "preview": preview,
        "problems": problem_lines(preview, texts(reading.language)),
        "found": await workspace.runs.rehearse() if check or not large else None,
        "later": large and not check,
        "key": uuid.uuid4().hex,
        "least_pairs": LEAST_PAIRS,
        "other": OTHER,
        "longest": LONGEST_NAME,
        "wrong": wrong,
    }
    return screen(request, curator, "runs/start.html", values, 422 if wrong else 200)
