"""Templates into pages, in the browser's language. Everything that is filled in is escaped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.texts import Language, flags
from bot.texts.desk import shell
from bot.texts.pages import EN, JA, PageTexts
from bot.web import formats
from bot.web.curator import Curator
from bot.web.headers import SCREEN
from bot.web.language import preferred

Words = TypeVar("Words")
HERE = Path(__file__).parent
_MADE = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,  # whatever a template is called
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_MADE.filters |= {
    "number": formats.number,
    "percent": formats.percent,
    "when": formats.when,
}


def language_for(request: Request) -> Language:
    """What the browser wants to read."""
    return preferred(request.headers.get("accept-language", ""))


def spoken(request: Request, english: Words, japanese: Words) -> Words:
    """Whichever the browser wants."""
    return japanese if language_for(request) is Language.JA else english


def said(request: Request) -> PageTexts:
    """The sentences of the doorway and of refusals."""
    return spoken(request, EN, JA)


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """A page without navigation; `said` and `language` are there for every template."""
    language = language_for(request)
    words = spoken(request, flags.EN, flags.JA)
    known = {"said": said(request), "language": language.value, "flags": words}
    html = _MADE.get_template(template).render(known | dict(values))
    # A lone surrogate, which a model may write, has no bytes of its own.
    content = html.encode(errors="replace")
    return HTMLResponse(content, status, {"Vary": "Accept-Language, Cookie"})


def screen(
    request: Request,
    curator: Curator,
    template: str,
    values: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """A screen of the desk, in `desk/shell.html`: `words` are the shell's, `place` names the screen.

    `curator` is who reads it; the form token of every form in it is `curator.form_token`.
    """
    words = spoken(request, shell.EN, shell.JA)
    place = template.partition("/")[0]
    known = {"curator": curator, "words": words, "place": place}
    answer = page(request, template, known | dict(values), status)
    answer.headers["Content-Security-Policy"] = SCREEN
    return answer
