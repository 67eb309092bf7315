"""The web server: /slack/events, health, metrics and the curation pages.

Requests come from Slack (signed), from an orchestrator's probes and from curators' browsers; all
are handed on to `slack/requests.py`, to `probes.py` or to `web/`. Nothing is decided here.
"""

from collections.abc import Callable

from fastapi import FastAPI, Request, Response

from bot.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.metrics import Metrics
from bot.slack.genuine import unlike_a_delivery
from bot.slack.requests import SlackRequests
from bot.web.counting import Counted
from bot.web.installing import visited
from bot.web.lane import Lane
from bot.web.learn import mount_learn
from bot.web.limits import Limits, refusals
from bot.web.pages import Pages


def create_app(
    slack: SlackRequests, probes: Callable[[FastAPI], None], pages: Pages, metrics: Metrics
) -> FastAPI:
    """The HTTP surface over parts that are already wired."""
    app = FastAPI(
        title="Apprentice", docs_url=None, redoc_url=None, openapi_url=None, responses=refusals()
    )
    app.add_middleware(Lane, path=EVENTS_PATH, deliver=slack.delivery)
    app.add_middleware(
        Limits, path=EVENTS_PATH, unlike=unlike_a_delivery, uploading=pages.uploading
    )
    app.add_middleware(Counted, metrics=metrics, path=EVENTS_PATH)  # around the limits

    @app.post(EVENTS_PATH, responses=refusals(401, 404, 409, 415))
    async def slack_events(request: Request) -> Response:
        return await slack.delivery(request)

    @app.get(INSTALL_PATH, responses=refusals(302, 404))
    @app.get(REDIRECT_PATH, responses=refusals(401, 404, 500))
    async def slack_install(request: Request) -> Response:
        return await visited(request, slack.page)

    probes(app)
    pages.mount(app)
    mount_learn(app)
    return app
