"""Templates into pages, in the browser's language. Everything that is filled in is escaped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.texts import Language, flags
from bot.texts.pages import EN, JA, PageTexts
from bot.web.language import preferred

HERE = Path(__file__).parent
_MADE = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,  # whatever a template is called
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def language_for(request: Request) -> Language:
    """What the browser wants to read."""
    return preferred(request.headers.get("accept-language", ""))


def said(request: Request) -> PageTexts:
    """The sentences of the curation pages."""
    return JA if language_for(request) is Language.JA else EN


def page(request: Request, template: str, values: Mapping[str, Any], status: int = 200) -> Response:
    """A page of /curate; `said` and `language` are there for every template."""
    language = language_for(request)
    words = flags.JA if language is Language.JA else flags.EN
    known = {"said": said(request), "language": language.value, "flags": words}
    html = _MADE.get_template(template).render(known | dict(values))
    # A lone surrogate, which a model may write, has no bytes of its own.
    content = html.encode(errors="replace")
    return HTMLResponse(content, status, {"Vary": "Accept-Language, Cookie"})
