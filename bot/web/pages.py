"""/curate: what waits for a decision, with approve and reject.

Reads and changes the workspace's dataset; every request is checked for the curator's role.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from fastapi import Cookie, FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from bot.domain.ports import Roles
from bot.web.access import SESSION_SECONDS, Access, Visitor
from finetune import Dataset, NotFound

HERE = Path(__file__).parent
PAGE = 20
COOKIE = "apprentice"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Pages:
    """The pages over datasets and roles."""

    access: Access
    roles: Roles
    dataset_of: Callable[[str], Dataset]
    secure_cookie: bool

    def mount(self, app: FastAPI) -> None:
        """Add the routes."""
        templates = Jinja2Templates(directory=HERE / "templates")
        app.mount("/curate/static", StaticFiles(directory=HERE / "static"))

        @app.get("/curate/enter")
        async def enter(token: str) -> Response:
            visitor = self.access.enter(token)
            if visitor is None:
                raise HTTPException(403, "This link has expired: open App Home for a new one.")
            answer = RedirectResponse("/curate", status_code=303)
            answer.set_cookie(
                COOKIE,
                self.access.session(visitor),
                max_age=SESSION_SECONDS,
                httponly=True,
                samesite="lax",
                secure=self.secure_cookie,
            )
            return answer

        @app.get("/curate")
        async def queue(
            request: Request,
            offset: int = 0,
            apprentice: Annotated[str | None, Cookie()] = None,
        ) -> Response:
            visitor = await self._curator(apprentice)
            dataset = self.dataset_of(visitor.team)
            examples = await dataset.pending(offset=max(0, offset), limit=PAGE)
            values = {
                "examples": examples,
                "counts": {status.value: n for status, n in (await dataset.counts()).items()},
                "form_token": self.access.form_token(visitor),
                "after": offset + PAGE if len(examples) == PAGE else None,
            }
            return templates.TemplateResponse(request, "queue.html", values, headers=HEADERS)

        @app.post("/curate/{example_id}/{verdict}")
        async def decide(
            example_id: str,
            verdict: Literal["approve", "reject"],
            form_token: Annotated[str, Form()],
            apprentice: Annotated[str | None, Cookie()] = None,
        ) -> Response:
            visitor = await self._curator(apprentice)
            if not self.access.form_is_ours(visitor, form_token):
                raise HTTPException(403, "This form is too old: go back and reload the page.")
            dataset = self.dataset_of(visitor.team)
            change = dataset.approve if verdict == "approve" else dataset.reject
            try:
                await change(example_id, visitor.user)
            except NotFound as error:
                raise HTTPException(404, str(error)) from None
            return RedirectResponse("/curate", status_code=303)

    async def _curator(self, cookie: str | None) -> Visitor:
        visitor = self.access.visitor(cookie)
        if visitor is None or not await self.roles.is_curator(visitor.team, visitor.user):
            raise HTTPException(403, "Please come in through the button in App Home.")
        return visitor
