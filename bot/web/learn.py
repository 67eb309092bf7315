"""/learn: how the bot learns, for everyone who reads its answers. Public, and the same for all."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from bot.texts.learn import EN, JA, LearnTexts
from bot.web.rendering import page, spoken

LEARN_PATH = "/learn"
HERE = Path(__file__).parent
_CACHED = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}


def mount_learn(app: FastAPI) -> None:
    """Add the page."""
    app.mount(f"{LEARN_PATH}/static", StaticFiles(directory=HERE / "static"))

    @app.get(LEARN_PATH, response_class=HTMLResponse)
    async def learn(request: Request) -> Response:
        words: LearnTexts = spoken(request, EN, JA)
        answer = page(request, "learn.html", {"learn": words})
        answer.headers.update(_CACHED)
        return answer
