"""The list: one page of what matches, what there is to choose by, and how it grew."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from bot.texts.desk import dataset as texts
from bot.texts.desk import shell
from bot.web.curator import Curator
from bot.web.dataset import pictures
from bot.web.dataset.asking import PAGE, Wanted
from bot.web.naming import channels_named, named
from bot.web.rendering import screen, spoken
from bot.web.services import Services
from finetune import Facets, Progress, Source, Status, Suspicion

PATIENCE = 1.0  # seconds before it is said how far the search has come
AGAIN = "2"  # seconds until the page looks again
MOST = 100  # authors and channels to choose from


def texts_for(request: Request) -> texts.DatasetTexts:
    """In the browser's language."""
    return spoken(request, texts.EN, texts.JA)


async def listed(
    services: Services, request: Request, curator: Curator, wanted: Wanted
) -> Response:
    """The page, or how far the search has come with what it has not read yet."""
    search = services.workspace(curator.team).search
    progress = await search.ready(PATIENCE)
    if not progress.ready:
        return preparing(request, curator, progress)
    overview = await search.overview(wanted.query, wanted.offset, PAGE)
    page, facets, grown = overview.page, overview.facets, overview.growth
    rows = await services.workspace(curator.team).dataset.many(page.ids)
    people = {author for row in rows for author in row.authors} | set(list(facets.author)[:MOST])
    names = await named(services, curator.team, people | {wanted.author})
    places = [*list(facets.channel)[:MOST], wanted.channel]
    channels = await channels_named(services, curator.team, places)
    t, words = texts_for(request), _shell(request)
    values: dict[str, Any] = {
        "t": t,
        "wanted": wanted,
        "rows": rows,
        "total": page.total,
        "facets": facets,
        "choices": _choices(facets, wanted, names, channels),
        "names": names,
        "share": _shares(overview.sources),
        "charts": await asyncio.to_thread(_charts, grown, t, words) if grown else (),
        "first": wanted.offset + 1,
        "last": wanted.offset + len(rows),
        "before": wanted.address(offset=max(0, wanted.offset - PAGE)) if wanted.offset else "",
        "after": wanted.address(offset=wanted.offset + PAGE)
        if wanted.offset + PAGE < page.total
        else "",
    }
    return screen(request, curator, "dataset/list.html", values)


def preparing(request: Request, curator: Curator, progress: Progress) -> Response:
    """Asks for itself again, with and without scripts."""
    values = {"t": texts_for(request), "progress": progress}
    answer = screen(request, curator, "dataset/preparing.html", values)
    answer.headers["Refresh"] = AGAIN
    return answer


def _shell(request: Request) -> shell.ShellTexts:
    return spoken(request, shell.EN, shell.JA)


def _charts(*of: Any) -> tuple[Any, ...]:
    return pictures.growth(*of), pictures.arrivals(*of)


def _choices(
    facets: Facets, wanted: Wanted, names: dict[str, str], channels: dict[str, str]
) -> dict[str, Any]:
    authors = list(dict.fromkeys([*list(facets.author)[:MOST], *filter(None, [wanted.author])]))
    return {
        "statuses": list(Status),
        "sources": list(Source),
        "authors": sorted(authors, key=lambda author: names[author].casefold()),
        "channels": list(channels.items()),
        "flags": list(Suspicion),
    }


def _shares(sources: Mapping[Source, int]) -> list[tuple[Source, int, float]]:
    most = max(sources.values(), default=1)
    return [(source, number, number / most) for source, number in sources.items()]
