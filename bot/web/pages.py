"""/curate: what waits for a decision, with approve and reject.

Reads and changes the workspace's dataset. Who may is decided by `desk.py` at every request; how one
comes in by `doorway.py`; every answer's headers by `headers.py`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Form, Query, Request, Response
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles

from bot.domain.ports import SignIn
from bot.web.desk import Curator, Desk
from bot.web.doorway import Doorway
from bot.web.refusals import Refused, declared, install
from bot.web.rendering import page
from finetune import Dataset, Example, NotFound, Overtaken, Status

HERE = Path(__file__).parent
PAGE = 20
FARTHEST = 1_000_000  # rows that one can leaf through
RULED = {"approve": Status.APPROVED, "reject": Status.REJECTED}


@dataclass(frozen=True)
class Pages:
    """The pages over datasets; `sign_in` is None where it is not set up."""

    desk: Desk
    dataset_of: Callable[[str], Dataset]
    sign_in: SignIn | None = None

    def mount(self, app: FastAPI) -> None:
        """Add the routes, their headers and their refusals."""
        install(app, https=self.desk.https, sign_in=self.sign_in is not None)
        app.mount("/curate/static", StaticFiles(directory=HERE / "static"))
        app.include_router(Doorway(self.desk, self.sign_in).router())
        app.include_router(self._router())

    def _router(self) -> APIRouter:
        router = APIRouter()

        @router.get("/curate", response_class=HTMLResponse, responses=declared(403))
        async def queue(
            request: Request,
            curator: Annotated[Curator, Depends(self.desk.curator)],
            offset: Annotated[int, Query(ge=0, le=FARTHEST)] = 0,
        ) -> Response:
            return page(request, "queue.html", await self._queue(curator, offset))

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
            curator: Annotated[Curator, Depends(self.desk.writer)],
        ) -> Response:
            await self._decide(curator, example_id, verdict, seen)
            return RedirectResponse("/curate", status_code=303)

        return router

    async def _queue(self, curator: Curator, offset: int) -> dict[str, Any]:
        dataset = self.dataset_of(curator.visitor.team)
        examples = await dataset.pending(offset=offset, limit=PAGE)
        counts = await dataset.counts()
        return {
            "curator": curator,
            "examples": examples,
            "named": await self._named(curator.visitor.team, examples),
            "waiting": counts.get(Status.PENDING, 0),
            "approved": counts.get(Status.APPROVED, 0),
            "rejected": counts.get(Status.REJECTED, 0),
            "before": max(0, offset - PAGE) if offset else None,
            "after": offset + PAGE if len(examples) == PAGE else None,
        }

    async def _named(
        self, team: str, examples: Iterable[Example]
    ) -> Callable[[Iterable[str]], str]:
        """What authors are called, in one line."""
        authors = {author for example in examples for author in example.authors}
        names = {author: await self.desk.names.name(team, author) for author in sorted(authors)}
        return lambda some: ", ".join(names[author] for author in some)

    async def _decide(self, curator: Curator, example_id: str, verdict: str, seen: str) -> None:
        """`seen` is what the curator looked at. Deciding the same twice is no mistake."""
        dataset, by = self.dataset_of(curator.visitor.team), curator.visitor.user
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
