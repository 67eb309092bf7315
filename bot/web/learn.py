"""/learn: how the bot learns, for everyone who reads its answers. Public, and the same for all."""

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Header, Request, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from bot.texts import Language, language_of
from bot.texts.learn import EN, JA, LearnTexts
from bot.web.pages import HEADERS

LEARN_PATH = "/learn"
HERE = Path(__file__).parent
_CACHED = {**HEADERS, "Cache-Control": "public, max-age=3600", "Vary": "Accept-Language"}


def mount_learn(app: FastAPI) -> None:
    """Add the page."""
    templates = Jinja2Templates(directory=HERE / "templates")
    app.mount(f"{LEARN_PATH}/static", StaticFiles(directory=HERE / "static"))

    @app.get(LEARN_PATH)
    async def learn(request: Request, accept_language: Annotated[str, Header()] = "") -> Response:
        language = preferred(accept_language)
        said: LearnTexts = JA if language is Language.JA else EN
        values = {"said": said, "language": language.value}
        return templates.TemplateResponse(request, "learn.html", values, headers=_CACHED)


def preferred(accept_language: str) -> Language:
    """The best of our languages for a browser's `Accept-Language` (RFC 9110, 12.5.4)."""
    wishes = []
    for place, wish in enumerate(accept_language.split(",")):
        tag, _, weight = wish.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        spoken = tag.strip().lower().partition("-")[0]
        if spoken in ("en", "ja") and quality > 0:
            wishes.append((-quality, place, spoken))
    return language_of(min(wishes)[2]) if wishes else Language.EN
