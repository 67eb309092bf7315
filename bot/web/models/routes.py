"""/curate/models: who answers, how it is taken, what each promotion changed; a page for each model."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from bot.domain.standing import Daily, total
from bot.texts.desk import models as texts
from bot.texts.desk import shell
from bot.texts.desk.models import ModelTexts
from bot.web.curator import Curator
from bot.web.models import pictures
from bot.web.models.effects import day_at, effects
from bot.web.models.past import gate_line, made_by, moved
from bot.web.models.teaching import lessons_of
from bot.web.refusals import declared
from bot.web.rendering import screen, spoken
from bot.web.services import Services
from finetune import retiring

FARTHEST = timedelta(days=3 * 365)  # back from today, for totals
SHOWN = 12  # effects
SOON = 60  # days before a model's end at which the screen says so


def texts_for(request: Request) -> tuple[ModelTexts, shell.ShellTexts]:
    """In the browser's language."""
    return spoken(request, (texts.EN, shell.EN), (texts.JA, shell.JA))


def models(services: Services) -> APIRouter:
    """The routes."""
    router, desk = APIRouter(), services.desk

    @router.get("/curate/models", response_class=HTMLResponse, responses=declared(403))
    async def all_models(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        days: Annotated[Literal["30", "90", "365"], Query()] = "90",
        lost: Annotated[bool, Query()] = False,
    ) -> Response:
        values = await _all(services, request, curator.team, int(days))
        return screen(request, curator, "models/models.html", values | {"lost": lost})

    @router.get("/curate/models/{name:path}", response_class=HTMLResponse, responses=declared(403))
    async def one_model(
        request: Request,
        name: Annotated[str, InPath(min_length=1, max_length=300)],
        curator: Annotated[Curator, Depends(desk.curator)],
    ) -> Response:
        values = await _one(services, request, curator.team, name)
        return screen(request, curator, "models/model.html", values)

    return router


async def _all(services: Services, request: Request, team: str, period: int) -> dict[str, Any]:
    t, words = texts_for(request)
    today = datetime.now(UTC).date()
    daily = await services.standing.daily(team, today - FARTHEST)
    history = await services.workspace(team).registry.history()
    champion = await services.champions.champion(team)
    days = _days(today, period, daily)
    marks = pictures.marks_of(history, days[0], t)
    made = await made_by(services, team)
    names = {champion, services.chat_model, *made, *(row.model for row in daily)}
    names |= {move.model for move in history}
    charts = [
        *pictures.rates(daily, days, marks, t, words.numbers),
        pictures.answers(daily, days, marks, t, words.numbers),
    ]
    return {
        "t": t,
        "short_name": pictures.short_name,
        "champion": champion,
        "since": history[0] if history else None,
        "now": total(row for row in daily if row.model == champion),
        "period": period,
        "charts": charts if daily else [],
        "effects": effects(history, daily, today)[:SHOWN],
        "history": await moved(services, team, history),
        "gate_line": lambda decision: gate_line(decision, t),
        "known": _known(names, daily, champion),
        "made": made,
        "ending": _ending(services, champion),
    }


def _known(
    names: set[str], daily: Sequence[Daily], champion: str
) -> list[tuple[str, Any, date | None]]:
    """Model, its sums, its last day; the champion first, then who answered last."""
    found = []
    for name in names:
        rows = [row for row in daily if row.model == name]
        found.append((name, total(rows), rows[-1].day if rows else None))
    return sorted(found, key=lambda e: (e[0] != champion, -(e[2] or date.min).toordinal(), e[0]))


def _ending(services: Services, champion: str) -> list[tuple[str, date]]:
    """Models in use whose provider has said when they end, if that is soon."""
    ends = retiring([champion, services.chat_model], services.shutdowns())
    now = datetime.now(UTC).timestamp()
    return [(each.model, day_at(each.at)) for each in ends if each.days_left(now) <= SOON]


def _days(today: date, period: int, daily: Sequence[Daily]) -> list[date]:
    """The days that are shown: the period, less what was before the first answer."""
    first = today - timedelta(days=period - 1)
    if daily:
        first = max(first, min(daily[0].day, today - timedelta(days=6)))
    return [first + timedelta(days=n) for n in range((today - first).days + 1)]


async def _one(services: Services, request: Request, team: str, name: str) -> dict[str, Any]:
    t, words = texts_for(request)
    today = datetime.now(UTC).date()
    daily = await services.standing.daily(team, today - FARTHEST)
    rows = [row for row in daily if row.model == name]
    history = await services.workspace(team).registry.history()
    runs = (await made_by(services, team)).get(name, [])
    days = _days(today, 90, rows)
    return {
        "t": t,
        "name": name,
        "champion": await services.champions.champion(team),
        "sums": total(rows),
        "chart": pictures.votes(rows, days, t, words.numbers) if total(rows).votes else "",
        "runs": runs,
        "gate_line": lambda decision: gate_line(decision, t),
        "moves": [m for m in await moved(services, team, history) if m.move.model == name],
        "lessons": await lessons_of(services, team, runs, history),
    }
