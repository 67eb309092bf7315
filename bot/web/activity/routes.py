"""/curate/activity: the audit log, newest first, by person, by action, by what it is about."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from bot.texts.desk.activity import EN, JA
from bot.web.activity.telling import asked_for, lines
from bot.web.curator import Curator
from bot.web.naming import named
from bot.web.refusals import declared
from bot.web.rendering import screen, spoken
from bot.web.services import Services

SHOWN = 30  # entries of one page


class Wanted(BaseModel):
    """What is asked for; `before` is the last entry of the page before."""

    by: str = Field("", max_length=200)
    action: str = Field("", max_length=50)
    about: str = Field("", max_length=200)
    before: str = Field("", pattern=r"^(\d{1,13}-\d{1,6})?$")

    @property
    def filters(self) -> dict[str, str]:
        """Those that narrow the list."""
        named = {"by": self.by, "action": self.action, "about": self.about.strip()}
        return {name: value for name, value in named.items() if value}

    def address(self, before: str = "") -> str:
        """Of a page with the same filters."""
        asked = self.filters | ({"before": before} if before else {})
        return "/curate/activity" + (f"?{urlencode(asked)}" if asked else "")


def activity(services: Services) -> APIRouter:
    """The one route."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate/activity", response_class=HTMLResponse, responses=declared(403))
    async def shown(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        wanted: Annotated[Wanted, Query()],
    ) -> Response:
        workspace = services.workspace(curator.team)
        found = await workspace.audit.entries(wanted.before, SHOWN + 1, **wanted.filters)
        entries = found[:SHOWN]
        names = await named(services, curator.team, await workspace.audit.people())
        rows = await workspace.dataset.many(asked_for(entries))
        t = spoken(request, EN, JA)
        examples = {row.example_id: row for row in rows}
        values = {
            "t": t,
            "lines": lines(entries, names, examples, t),
            "people": sorted(names.items(), key=lambda person: person[1].casefold()),
            "wanted": wanted,
            "newest": wanted.address() if wanted.before else "",
            "older": wanted.address(entries[-1].entry_id) if len(found) > SHOWN else "",
        }
        return screen(request, curator, "activity/log.html", values)

    return router
