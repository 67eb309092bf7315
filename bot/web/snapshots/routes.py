"""/curate/snapshots: the list, one of them with its check and its rows, what changed, downloads."""

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import FileResponse, HTMLResponse

from bot.domain.diffing import compared
from bot.texts.desk.snapshots import EN, JA, SnapshotTexts
from bot.web.curator import Curator
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen, spoken
from bot.web.services import Services
from bot.web.snapshots.changes import KindChosen, changes
from bot.web.snapshots.checks import Checks
from bot.web.snapshots.reading import Asked, SideChosen, listed, one
from bot.web.snapshots.shelf import own
from finetune import Action, Entry

FARTHEST = 10_000_000  # rows that one can leaf through
File = Literal["train.jsonl", "validation.jsonl", "manifest.json"]
Offset = Annotated[int, Query(ge=0, le=FARTHEST)]
SnapshotId = Annotated[str, InPath(pattern=r"^[0-9a-f]{1,64}$")]
SnapshotNamed = Annotated[str, Query(pattern=r"^[0-9a-f]{1,64}$")]


def snapshots(services: Services) -> APIRouter:
    """The routes."""
    router, desk, checks = APIRouter(), services.desk, Checks()

    @router.get("/curate/snapshots", response_class=HTMLResponse, responses=declared(403))
    async def shelf(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        offset: Offset = 0,
    ) -> Response:
        values = await listed(services.workspace(curator.team), offset)
        return screen(request, curator, "snapshots/list.html", values | {"t": _texts(request)})

    @router.get(
        "/curate/snapshots/compare", response_class=HTMLResponse, responses=declared(403, 404)
    )
    async def compare(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        one: SnapshotNamed,
        other: SnapshotNamed,
        kind: KindChosen = "",
        offset: Offset = 0,
    ) -> Response:
        values = await changes(services.workspace(curator.team), one, other, kind, offset)
        return screen(request, curator, "snapshots/compare.html", values | {"t": _texts(request)})

    @router.get(
        "/curate/snapshots/{snapshot_id}",
        response_class=HTMLResponse,
        responses=declared(403, 404),
    )
    async def detail(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        snapshot_id: SnapshotId,
        text: Annotated[str, Query(max_length=200)] = "",
        side: SideChosen = "",
        offset: Offset = 0,
    ) -> Response:
        asked = Asked(text.strip(), side, offset)
        values = await one(services.workspace(curator.team), checks, snapshot_id, asked)
        more = {"t": _texts(request), "compared": compared}
        return screen(request, curator, "snapshots/one.html", values | more)

    @router.get(
        "/curate/snapshots/{snapshot_id}/{name}",
        response_class=FileResponse,
        responses=declared(403, 404, 409),
    )
    async def download(
        curator: Annotated[Curator, Depends(desk.curator)], snapshot_id: SnapshotId, name: File
    ) -> Response:
        return await _file(services, curator, snapshot_id, name)

    return router


async def _file(services: Services, curator: Curator, snapshot_id: str, name: str) -> Response:
    """Sent piece by piece, as it lies on the disk; noted before anything is sent."""
    workspace = services.workspace(curator.team)
    await own(workspace, snapshot_id)
    path = workspace.snapshots.path(snapshot_id, name)
    if workspace.snapshots.stale(snapshot_id) is not None:
        raise Refused("snapshot_stale", 409)
    if not path.is_file():
        raise Refused("no_snapshot", 404)
    await workspace.audit.record(
        Entry(
            at=time.time(),
            by=curator.user,
            action=Action.DOWNLOADED,
            about=snapshot_id,
            detail={"file": name},
        )
    )
    kind = "application/json" if name.endswith(".json") else "application/jsonl"
    return FileResponse(path, media_type=kind, filename=f"{snapshot_id}-{name}")


def _texts(request: Request) -> SnapshotTexts:
    return spoken(request, EN, JA)
