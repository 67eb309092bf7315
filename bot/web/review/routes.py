"""/curate: what waits for a decision, with approve and reject."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.web.curator import Curator
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen
from bot.web.services import Services
from finetune import Example, NotFound, Overtaken, Status

PAGE = 20
FARTHEST = 1_000_000  # rows that one can leaf through
RULED = {"approve": Status.APPROVED, "reject": Status.REJECTED}


def review(services: Services) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate", response_class=HTMLResponse, responses=declared(403))
    async def queue(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        offset: Annotated[int, Query(ge=0, le=FARTHEST)] = 0,
    ) -> Response:
        return screen(
            request, curator, "review/queue.html", await _queue(services, curator, offset)
        )

    @router.post(
        "/curate/examples/{example_id}/{verdict}",
        status_code=303,
        response_class=RedirectResponse,
        responses=declared(403, 404, 409),
    )
    async def decide(
        example_id: Annotated[str, InPath(min_length=1, max_length=200)],
        verdict: Literal["approve", "reject"],
        seen: Annotated[str, Form(min_length=1, max_length=100)],
        curator: Annotated[Curator, Depends(desk.writer)],
    ) -> Response:
        await _decide(services, curator, example_id, verdict, seen)
        return RedirectResponse("/curate", status_code=303)

    return router


async def _queue(services: Services, curator: Curator, offset: int) -> dict[str, Any]:
    dataset = services.workspace(curator.team).dataset
    examples = await dataset.pending(offset=offset, limit=PAGE)
    counts = await dataset.counts()
    return {
        "examples": examples,
        "named": await _named(services, curator.team, examples),
        "waiting": counts.get(Status.PENDING, 0),
        "approved": counts.get(Status.APPROVED, 0),
        "rejected": counts.get(Status.REJECTED, 0),
        "before": max(0, offset - PAGE) if offset else None,
        "after": offset + PAGE if len(examples) == PAGE else None,
    }


async def _named(
    services: Services, team: str, examples: Iterable[Example]
) -> Callable[[Iterable[str]], str]:
    """What authors are called, in one line."""
    authors = {author for example in examples for author in example.authors}
    names = {author: await services.desk.names.name(team, author) for author in sorted(authors)}
    return lambda some: ", ".join(names[author] for author in some)


async def _decide(
    services: Services, curator: Curator, example_id: str, verdict: str, seen: str
) -> None:
    """`seen` is what the curator looked at. Deciding the same twice is no mistake."""
    dataset, by = services.workspace(curator.team).dataset, curator.user
    try:
        if verdict == "approve":
            await dataset.approve(example_id, by, seen)
        else:
            await dataset.reject(example_id, by, seen=seen)
    except NotFound:
        raise Refused("no_example", 404) from None
    except Overtaken:
        row = await dataset.get(example_id)
        same = row is not None and row.status is RULED[verdict] and row.look == seen
        if not (same and row and row.ruling and row.ruling.by == by):
            raise Refused("overtaken", 409) from None
