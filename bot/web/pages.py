"""/curate: the curation desk. Mounts the doorway and one router for each screen.

Who may is decided by `desk.py` at every request; how one comes in by `doorway.py`; every answer's
headers by `headers.py`; what an action does by the core functions that Slack and the CLI use too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.domain.ports import SignIn
from bot.web.activity import activity
from bot.web.dataset import dataset
from bot.web.doorway import Doorway
from bot.web.exchange import exchange, uploading
from bot.web.headers import under
from bot.web.limits import Uploading
from bot.web.models import lineage, models
from bot.web.people import people
from bot.web.refusals import install
from bot.web.review import review
from bot.web.runs import runs
from bot.web.services import Services
from bot.web.snapshots import snapshots

HERE = Path(__file__).parent
SCREENS = (exchange, review, runs, snapshots, models, lineage, activity, dataset, people)


@dataclass(frozen=True)
class Pages:
    """The desk over its services; `sign_in` is None where it is not set up."""

    services: Services
    sign_in: SignIn | None = None

    @property
    def uploading(self) -> Uploading:
        """The one path that takes files, of curators alone."""
        return uploading(self.services.desk)

    def mount(self, app: FastAPI) -> None:
        """Add the routes, their headers and their refusals."""
        desk = self.services.desk
        install(app, https=desk.https, sign_in=self.sign_in is not None)
        app.mount("/curate/static", StaticFiles(directory=HERE / "static"))
        app.include_router(Doorway(desk, self.sign_in).router())
        app.state.unfold = partial(self._unfold, app)
        app.add_middleware(Unfolded, unfold=app.state.unfold)

    def _unfold(self, app: FastAPI) -> None:
        """Add the routes of the screens, once."""
        if not getattr(app.state, "unfolded", False):
            app.state.unfolded = True
            for screen in SCREENS:
                app.include_router(screen(self.services))


class Unfolded:
    """ASGI middleware: has the screens' routes made when somebody first comes to one.

    To make them takes longer than all else at the start of a process that may never show any.
    """

    def __init__(self, app: ASGIApp, unfold: Callable[[], None]) -> None:
        self._app, self._unfold = app, unfold

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Before the router looks for the path."""
        if scope["type"] == "http" and under(scope["path"], "/curate"):
            self._unfold()
        await self._app(scope, receive, send)
