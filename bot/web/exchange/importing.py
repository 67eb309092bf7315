"""/curate/dataset/import: send a file, see what is found in it, choose, import. One page per upload."""

import asyncio
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.texts.desk.exchange import EN, JA
from bot.web.curator import Curator
from bot.web.exchange.imports import Imports
from bot.web.exchange.receiving import PATH as RECEIVING
from bot.web.exchange.receiving import named, sender
from bot.web.limits import FILES, UPLOAD
from bot.web.refusals import Refused, declared
from bot.web.rendering import screen, spoken
from bot.web.services import Services
from finetune import Look, NotFound, Order, Upload

PATH = "/curate/dataset/import"
SUFFIXES = ".csv,.tsv,.xlsx,.xls,.ods,.jsonl,.ndjson,.json,.txt"
Word = Annotated[str, InPath(pattern=r"^[A-Za-z0-9_-]{22}$")]
Name = Annotated[str, Form(max_length=200)]


def add_import(router: APIRouter, services: Services, imports: Imports) -> None:
    """The pages and what they send."""
    desk, uploads = services.desk, services.uploads

    def find(curator: Curator, word: str) -> Upload:
        try:
            return uploads.find(curator.team, curator.user, word)
        except NotFound:
            raise Refused("no_upload", 404) from None

    @router.get(PATH, response_class=HTMLResponse, responses=declared(403))
    async def begin(
        request: Request,
        curator: Annotated[Curator, Depends(desk.curator)],
        done: Annotated[Literal["", "removed"], Query()] = "",
    ) -> Response:
        await asyncio.to_thread(uploads.sweep)
        values = {"most": UPLOAD, "suffixes": SUFFIXES, "to": RECEIVING, "done": done}
        return _screen(request, curator, "exchange/begin.html", values)

    @router.post(
        RECEIVING,
        status_code=201,
        response_class=HTMLResponse,
        responses=declared(403),
        openapi_extra={"requestBody": {"content": {FILES: {"schema": {"type": "string"}}}}},
    )
    async def receive(request: Request) -> Response:
        curator = await sender(desk, request)
        data = await request.body()
        name = named(request)
        team, user = curator.team, curator.user
        upload = await asyncio.to_thread(uploads.receive, team, user, name, data)
        upload.ask(Order(name=upload.about.name, model=services.base_model))
        asyncio.get_running_loop().call_later(LEFT, uploads.sweep)
        imports.go_on(upload)
        return Response(status_code=201, headers={"Location": f"{PATH}/{upload.word}"})

    @router.get(f"{PATH}/{{word}}", response_class=HTMLResponse, responses=declared(403, 404))
    async def show(
        request: Request,
        word: Word,
        curator: Annotated[Curator, Depends(desk.curator)],
        done: Annotated[Literal["", "looked"], Query()] = "",
    ) -> Response:
        upload = find(curator, word)
        imports.go_on(upload)
        values = {"upload": upload, "path": f"{PATH}/{word}", "done": done}
        return _screen(request, curator, *_state(upload, imports, values))

    @router.post(
        f"{PATH}/{{word}}",
        status_code=303,
        response_class=RedirectResponse,
        responses=declared(403, 404),
    )
    async def decide(
        word: Word,
        action: Annotated[Literal["look", "import", "remove"], Form()],
        curator: Annotated[Curator, Depends(desk.writer)],
        take: Annotated[list[str] | None, Form(max_length=40)] = None,
        question: Name = "",
        answer: Name = "",
        sheet: Name = "",
    ) -> Response:
        upload = find(curator, word)
        if action == "remove":
            if not upload.wanted:
                upload.remove()
            return RedirectResponse(f"{PATH}?done=removed", status_code=303)
        again = _decided(upload, action, frozenset(take or ()), (question, answer, sheet))
        imports.go_on(upload)
        return RedirectResponse(f"{PATH}/{quote(word)}{again}", status_code=303)


LEFT = 3_700.0  # seconds after which what nobody imported is looked for, to be removed


def _screen(request: Request, curator: Curator, template: str, values: dict[str, Any]) -> Response:
    t = spoken(request, EN, JA)
    return screen(request, curator, template, values | {"t": t, "place": "dataset"})


def _state(upload: Upload, imports: Imports, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The template for how far it is, and what it shows."""
    look, brought = upload.look, upload.load()
    if brought is not None and brought.finished:
        return "exchange/done.html", values | {"brought": brought, "look": look}
    if upload.wanted and look is not None:
        total = brought.total if brought else look.ready
        share = brought.done / max(1, total) if brought else 0.0
        return "exchange/under_way.html", values | {"share": share, "bringing": total}
    if look is None:
        share = imports.share_read(upload)
        return "exchange/under_way.html", values | {"share": share, "bringing": 0}
    return "exchange/found.html", values | {"look": look}


def _decided(upload: Upload, action: str, take: frozenset[str], place: tuple[str, str, str]) -> str:
    """Have it imported or looked at again; twice is as good as once. What the address ends in."""
    look = upload.look
    if look is None or upload.wanted:
        return ""
    order = _order(look, take, place)
    if action == "import" and look.ready and _same(look, order):
        upload.want()
        return ""
    upload.ask(order)
    return "?done=looked"


def _visible(look: Look) -> frozenset[str]:
    return frozenset(one.code for one in look.choosable)


def _order(look: Look, take: frozenset[str], place: tuple[str, str, str]) -> Order:
    """What was ticked of what was shown; what was decided before and is not shown now stays so."""
    before, visible = look.order, _visible(look)
    question, answer, sheet = (name.strip() for name in place)
    return before.model_copy(
        update={
            "taken": (before.taken - visible) | (take & visible),
            "offered": before.offered | visible,
            "question": question,
            "answer": answer,
            "sheet": sheet,
        }
    )


def _same(look: Look, order: Order) -> bool:
    """Whether what was looked at is what is wanted: nobody imports rows that they have not seen."""
    before, visible = look.order, _visible(look)
    named = (before.question, before.answer, before.sheet)
    return look.taken == order.taken & visible and named == (
        order.question,
        order.answer,
        order.sheet,
    )
