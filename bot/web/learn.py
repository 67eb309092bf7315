"""/learn: how the bot learns, for everyone who reads its answers. Public, and the same for all."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from bot.texts import Language
from bot.texts.learn import EN, JA, LearnTexts
from bot.web.rendering import language_for, page

LEARN_PATH = "/learn"
HERE = Path(__file__).parent
_CACHED = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}


def mount_learn(app: FastAPI) -> None:
    """Add the page."""
    app.mount(f"{LEARN_PATH}/static", StaticFiles(directory=HERE / "static"))

    @app.get(LEARN_PATH, response_class=HTMLResponse)
    async def learn(request: Request) -> Response:
        words: LearnTexts = JA if language_for(request) is Language.JA else EN
        answer = page(request, "learn.html", {"learn": words})
        answer.headers.update(_CACHED)
        return answer
