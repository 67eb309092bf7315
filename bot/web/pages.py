"""/curate: the curation desk. Mounts the doorway and one router for each screen.

Who may is decided by `desk.py` at every request; how one comes in by `doorway.py`; every answer's
headers by `headers.py`; what an action does by the core functions that Slack and the CLI use too.
"""

from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.domain.ports import SignIn
from bot.web.activity import activity
from bot.web.dataset import dataset
from bot.web.doorway import Doorway
from bot.web.exchange import exchange, uploading
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
        for screen in SCREENS:
            app.include_router(screen(self.services))
