"""/curate/dataset/export: what will be in a file, and the files.

A download is a form's answer, not an address: it is written to the audit log before its first byte.
"""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse

from bot.texts.desk.exchange import EN, JA
from bot.web.curator import Curator
from bot.web.exchange.asked import Asked, asked, only
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen, spoken
from bot.web.services import Services
from finetune import (
    Action,
    Entry,
    Example,
    Format,
    Source,
    exported,
    has_pyarrow,
    previewed,
    selected,
)
from finetune.bootstrap import Workspace

SHOWN = 3  # rows
PATH = "/curate/dataset/export"


def add_export(router: APIRouter, services: Services) -> None:
    """The page and the downloads."""
    desk = services.desk

    @router.get(PATH, response_class=HTMLResponse, responses=declared(403))
    async def export(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        meant: Annotated[Asked, Depends(asked)],
    ) -> Response:
        values = await _shown(services.workspace(curator.team), meant)
        t = spoken(request, EN, JA)
        return screen(
            request, curator, "exchange/export.html", values | {"t": t, "place": "dataset"}
        )

    @router.post(
        f"{PATH}/{{kind}}",
        response_class=StreamingResponse,
        responses=declared(403, 501) | {200: _FILE},
    )
    async def download(
        kind: Format,
        curator: Annotated[Curator, Depends(desk.writer)],
        meant: Annotated[Asked, Depends(asked)],
    ) -> Response:
        if kind is Format.PARQUET and not has_pyarrow():
            raise Refused("no_parquet", 501)
        return await _file(services.workspace(curator.team), kind, curator, meant)


async def _shown(workspace: Workspace, meant: Asked) -> dict[str, Any]:
    facets = await workspace.search.counts(meant.query)
    first = await _first(workspace, meant, None)
    pairs = await _first(workspace, meant, Source.CORRECTION)
    formats = [
        {
            "kind": kind,
            "preview": await previewed(pairs if kind is Format.DPO else first, kind),
            "can": kind is not Format.PARQUET or has_pyarrow(),
        }
        for kind in Format
    ]
    return {"facets": facets, "formats": formats, "meant": meant, "path": PATH}


async def _first(workspace: Workspace, meant: Asked, source: Source | None) -> list[Example]:
    if source is not None and meant.query.source not in {None, source}:
        return []
    query = meant.query if source is None else only(meant.query, source)
    page = await workspace.search.find(query, 0, SHOWN)
    return await workspace.dataset.many(list(page.ids))


async def _file(
    workspace: Workspace, kind: Format, curator: Curator, meant: Asked
) -> StreamingResponse:
    rows = (await workspace.search.find(meant.query, 0, 1)).total
    detail: dict[str, str | int] = {"format": kind.value, "rows": rows}
    entry = Entry(at=time.time(), by=curator.user, action=Action.EXPORTED, detail=detail)
    await workspace.audit.record(entry)
    pieces = exported(selected(workspace.dataset, workspace.search, meant.query), kind)
    disposition = f'attachment; filename="{kind.file_name}"'
    return StreamingResponse(
        pieces, media_type=kind.media_type, headers={"Content-Disposition": disposition}
    )


_FILE: dict[str, Any] = {
    "description": "The file",
    "content": {kind.media_type: {"schema": {"type": "string"}} for kind in Format},
}
