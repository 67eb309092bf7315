"""/curate and /curate/review: what waits for a decision, one by one or many at once."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.texts import Language
from bot.texts import feedback as feedback_texts
from bot.web.curator import Curator
from bot.web.naming import named
from bot.web.refusals import Refused, declared
from bot.web.rendering import language_for, screen
from bot.web.review import deciding
from bot.web.review.deciding import Act, Deciding, happened, texts_for
from bot.web.review.listing import Filter, Listing
from bot.web.review.looking import Looking
from bot.web.review.sight import seen
from bot.web.review.turning import Turning, trail
from bot.web.services import Services
from finetune import Example

FARTHEST = 1_000_000  # rows that one can leaf through
LETTERS = 200_000  # of an answer; the form's own limit is less for most scripts
ExampleId = Annotated[str, InPath(min_length=1, max_length=200)]
Done = Annotated[Literal["", "approved", "rejected", "edited", "undone"], Query()]
Of = Annotated[str, Query(max_length=200)]


def review(services: Services) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), services.desk
    shown = _Shown(services, Turning(services, Looking()))
    listing, decisions = Listing(services), Deciding(services, shown.turning)

    @router.get("/curate", response_class=HTMLResponse, responses=declared(403))
    async def first(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        done: Done = "",
        of: Of = "",
    ) -> Response:
        example_id = await shown.turning.first(curator.team, curator.user)
        return await shown.page(request, curator, example_id, done, of)

    @router.get("/curate/review", response_class=HTMLResponse, responses=declared(403))
    async def queue(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        wanted: Annotated[Filter, Query()],
    ) -> Response:
        return await listing.page(request, curator, wanted)

    @router.post("/curate/review", response_class=HTMLResponse, responses=declared(403))
    async def many(
        request: Request,
        curator: Annotated[Curator, Depends(desk.writer)],
        wanted: Annotated[Filter, Query()],
        verdict: Annotated[Literal["approve", "reject", "undo"], Form()],
        chosen: Annotated[list[str] | None, Form(max_length=200)] = None,
    ) -> Response:
        return await listing.decide(request, curator, wanted, verdict, chosen or [])

    @router.get("/curate/review/keys", response_class=HTMLResponse, responses=declared(403))
    async def keys(
        request: Request, curator: Annotated[Curator, Depends(desk.curator)]
    ) -> Response:
        return screen(request, curator, "review/keys.html", {"t": texts_for(request)})

    @router.get(
        "/curate/review/{example_id}", response_class=HTMLResponse, responses=declared(403, 404)
    )
    async def one(
        request: Request,
        example_id: ExampleId,
        curator: Annotated[Curator, Depends(desk.curator)],
        done: Done = "",
        of: Of = "",
    ) -> Response:
        return await shown.page(request, curator, example_id, done, of)

    @router.post(
        "/curate/review/{example_id}/{act}",
        status_code=303,
        response_class=RedirectResponse,
        responses=declared(403, 404, 409),
    )
    async def decide(
        request: Request,
        example_id: ExampleId,
        act: Act,
        curator: Annotated[Curator, Depends(desk.writer)],
        seen: Annotated[str, Form(min_length=1, max_length=100)],
        reason: Annotated[str, Form(max_length=500)] = "",
        answer: Annotated[str, Form(max_length=LETTERS)] = "",
    ) -> Response:
        form = deciding.Form(act, seen, reason, answer)
        return await decisions.decide(request, curator, example_id, form)

    return router


class _Shown:
    """One example as a page, with the note about the one before."""

    def __init__(self, services: Services, turning: Turning) -> None:
        self._services, self.turning = services, turning

    async def page(
        self, request: Request, curator: Curator, example_id: str, done: str, of: str
    ) -> Response:
        team, user, said = curator.team, curator.user, texts_for(request)
        dataset = self._services.workspace(team).dataset
        values: dict[str, Any] = {"t": said, **await self._last(curator, done, of)}
        if not example_id:
            values["waiting"] = 0
            return screen(request, curator, "review/empty.html", values)
        example = await dataset.get(example_id)
        if example is None:
            raise Refused("no_example", 404)
        looking = self.turning.looking
        sight = await seen(self._services, team, user, example)
        if sight.waits:
            looking.note(team, example.example_id, user)
        others = await named(self._services, team, looking.others(team, example.example_id, user))
        japanese = language_for(request) is Language.JA
        values |= {
            "s": sight,
            "example": example,
            "waiting": sight.place.total,
            "happened": "" if sight.waits else happened(example, user, dict(sight.names), said),
            "mine": example.ruling is not None and example.ruling.by == user,
            "others": ", ".join(sorted(others.values())),
            "reasons": (feedback_texts.JA if japanese else feedback_texts.EN).reasons,
        }
        return screen(request, curator, "review/one.html", values)

    async def _last(self, curator: Curator, done: str, of: str) -> dict[str, Any]:
        """What was decided last, as far as it stands: with what it takes to undo it."""
        row: Example | None = None
        if done and of:
            row = await self._services.workspace(curator.team).dataset.get(of)
        ruling = row.ruling if row is not None else None
        mine = ruling is not None and ruling.by == curator.user
        stands = mine if done in ("approved", "rejected", "edited") else row is not None
        if not stands:
            return {"done": "", "last": None, "trail": ""}
        return {"done": done, "last": row, "trail": trail(done, of)}
