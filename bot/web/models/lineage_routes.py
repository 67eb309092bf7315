"""/curate/lineage: from a reply to model, run, snapshot, examples and authors, and back."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.domain.standing import total
from bot.web.curator import Curator
from bot.web.models.past import gate_line
from bot.web.models.routes import FARTHEST, texts_for
from bot.web.models.tracing import learners_of, learnt_for, made_of, reply_for
from bot.web.naming import named
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen
from bot.web.services import Services
from finetune import Example

# Slack's permalinks: the channel, and the message's ts without its point; a thread's follows "?".
LINK = re.compile(r"/archives/([A-Z0-9]{2,30})/p(\d{10})(\d{6})")


def lineage(services: Services) -> APIRouter:
    """The routes. The two fixed paths come before the one that takes any reply's id."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate/lineage", response_class=RedirectResponse, responses=declared(403))
    async def trace(
        curator: Annotated[Curator, Depends(desk.curator)],
        link: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        found = await _linked(services, curator, link)
        place = f"/curate/lineage/{found}" if found else "/curate/models?lost=true#trace"
        return RedirectResponse(place, status_code=303)

    @router.get(
        "/curate/lineage/examples/{example_id}",
        response_class=HTMLResponse,
        responses=declared(403, 404),
    )
    async def of_example(
        request: Request,
        example_id: Annotated[str, InPath(min_length=1, max_length=200)],
        curator: Annotated[Curator, Depends(desk.curator)],
    ) -> Response:
        example = await services.workspace(curator.team).dataset.get(example_id)
        if example is None:
            raise Refused("no_example", 404)
        values = await _example(services, curator, example)
        values["t"] = texts_for(request)[0]
        return screen(request, curator, "models/example.html", values)

    @router.get(
        "/curate/lineage/{reply_id}", response_class=HTMLResponse, responses=declared(403, 404)
    )
    async def of_reply(
        request: Request,
        reply_id: Annotated[str, InPath(min_length=1, max_length=200)],
        curator: Annotated[Curator, Depends(desk.curator)],
    ) -> Response:
        values = await _reply(services, request, curator, reply_id)
        return screen(request, curator, "models/lineage.html", values)

    return router


async def _linked(services: Services, curator: Curator, link: str) -> str:
    """The id of the reply that a Slack message shows; empty where there is none for this person."""
    found = LINK.search(link)
    if found is None:
        return ""
    channel, seconds, rest = found.groups()
    reply = await services.turns.reply_at(curator.team, channel, f"{seconds}.{rest}")
    if reply is None:
        return ""
    seen = await reply_for(services, curator.team, curator.user, reply.reply_id)
    return reply.reply_id if seen else ""


async def _reply(
    services: Services, request: Request, curator: Curator, reply_id: str
) -> dict[str, Any]:
    team, (t, _) = curator.team, texts_for(request)
    found = await reply_for(services, team, curator.user, reply_id)
    if found is None:
        raise Refused("no_reply", 404)
    reply, verdicts = found
    daily = await services.standing.daily(team, datetime.now(UTC).date() - FARTHEST)
    return {
        "t": t,
        "reply": reply,
        "verdicts": verdicts,
        "names": await named(services, team, [reply.asker, *(v.user for v in verdicts)]),
        "examples": await made_of(services, team, reply_id, verdicts),
        "sums": total(row for row in daily if row.model == reply.model),
        "learnt": await learnt_for(services, team, reply.model, reply.asked),
        "gate_line": lambda decision: gate_line(decision, t),
    }


async def _example(services: Services, curator: Curator, example: Example) -> dict[str, Any]:
    team, reply_id = curator.team, example.reply_id
    seen = await reply_for(services, team, curator.user, reply_id) if reply_id else None
    return {
        "example": example,
        "authors": list((await named(services, team, example.authors)).items()),
        "learners": await learners_of(services, team, example),
        "reply": seen[0] if seen else None,
    }
