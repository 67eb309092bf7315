"""/curate/people: everybody, and one person."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from bot.texts.desk.people import EN, JA, PeopleTexts
from bot.web.curator import Curator
from bot.web.formats import number
from bot.web.people.reading import Column, everybody, one
from bot.web.refusals import declared
from bot.web.rendering import screen, spoken
from bot.web.services import Services

FARTHEST = 1_000_000  # examples that one can leaf through


def people(services: Services) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate/people", response_class=HTMLResponse, responses=declared(403))
    async def everyone(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        sort: Column = "corrections",
    ) -> Response:
        values = await everybody(services, curator.team, sort)
        return screen(request, curator, "people/list.html", values | _words(request))

    @router.get("/curate/people/{user}", response_class=HTMLResponse, responses=declared(403))
    async def person(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        user: Annotated[str, InPath(pattern=r"^[A-Za-z0-9_.@-]{1,100}$")],
        offset: Annotated[int, Query(ge=0, le=FARTHEST)] = 0,
    ) -> Response:
        values = await one(services, curator.team, user, offset)
        return screen(request, curator, "people/one.html", values | _words(request))

    return router


def _words(request: Request) -> dict[str, object]:
    texts = spoken(request, EN, JA)
    return {"t": texts, "lasting": lasting(texts)}


def lasting(texts: PeopleTexts) -> Callable[[float], str]:
    """A length of time in the largest unit of which there are at least two."""
    units = ((86_400, texts.days), (3_600, texts.hours), (60, texts.minutes), (1, texts.seconds))

    def told(seconds: float) -> str:
        size, words = next((unit for unit in units if seconds >= 2 * unit[0]), units[-1])
        return words.format(count=number(round(seconds / size)))

    return told
