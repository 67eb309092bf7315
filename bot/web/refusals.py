"""Every no of the pages as a page: what is the case, and what to do next, in the reader's language."""

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler, request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bot.decisions import refusal as why_not
from bot.errors import NotAllowed, SurfaceRefused, SurfaceUnavailable
from bot.texts import texts
from bot.texts.pages import Refusal
from bot.web.headers import PATHS, Guard, under
from bot.web.limits import REFUSALS
from bot.web.rendering import language_for, page, said
from finetune import NotFound, Overtaken, RunRefused, StoreUnavailable

log = structlog.get_logger(__name__)
AWAY = (StoreUnavailable, SurfaceUnavailable, SurfaceRefused)
DECIDED: dict[type[Exception], tuple[str, int]] = {
    NotAllowed: ("not_allowed", 403),
    NotFound: ("no_example", 404),
    Overtaken: ("overtaken", 409),
}  # what decisions and look-ups raise
BY_STATUS = {404: "no_page", 405: "wrong_method", 413: "not_understood"}
EXAMPLES = ("/curate/review", "/curate/dataset")  # where what is not found is an example
LOGGED = 200  # characters of a path
HTML: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}
PLAIN: dict[str, Any] = {"text/plain": {"schema": {"type": "string"}}}


class Refused(Exception):
    """Raised by a route that says no; `why` names the refusal in `PageTexts`."""

    def __init__(self, why: str, status: int = 403, *, sign_in: bool = False) -> None:
        super().__init__(why)
        self.why, self.status, self.sign_in = why, status, sign_in


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: the refusals it may answer with, pages but for those of `limits`."""
    pages, limits = {*statuses, 405, 422, 500, 503}, dict.fromkeys(REFUSALS, PLAIN)
    contents = limits | dict.fromkeys(pages, HTML) | {503: PLAIN | HTML}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": content}
        for status, content in sorted(contents.items())
    }


def install(app: FastAPI, *, https: bool, sign_in: bool) -> None:
    """Add the guard, and pages in the place of the framework's JSON, under the pages' paths.

    `sign_in`: whether one can sign in with Slack; the pages offer it only then.
    """
    app.state.offers_sign_in = sign_in
    app.add_middleware(Guard, broken=_unexpected, https=https)
    app.add_exception_handler(Refused, _refused)
    for decided in DECIDED:
        app.add_exception_handler(decided, _not_decided)
    app.add_exception_handler(RunRefused, _run_refused)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _misread)


def refusal(request: Request, why: str, status: int, *, sign_in: bool = False) -> Response:
    """The page. `sign_in`: it offers to begin again, instead of leading to the queue."""
    first = why == "sign_in_first"
    return _shown(request, getattr(said(request), why), status, sign_in=sign_in, first=first)


def _shown(
    request: Request, why: Refusal, status: int, *, sign_in: bool = False, first: bool = False
) -> Response:
    values = {
        "refusal": why,
        "sign_in": sign_in,
        "offered": request.app.state.offers_sign_in,
        "first": first,
    }
    answer = page(request, "refusal.html", values, status)
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - registered for this class
    log.info("page_refused", path=_place(request), why=error.why)
    return refusal(request, error.why, error.status, sign_in=error.sign_in)


async def _not_decided(request: Request, error: Exception) -> Response:
    why, status = DECIDED[type(error)]
    if why == "no_example" and not under(request.url.path, *EXAMPLES):
        why = "no_page"
    log.info("page_refused", path=_place(request), why=why)
    return refusal(request, why, status)


async def _run_refused(request: Request, error: Exception) -> Response:
    """With the sentence that Slack says; its marks of code are none here."""
    assert isinstance(error, RunRefused)  # noqa: S101 - registered for this class
    log.info("page_refused", path=_place(request), why=f"run_refused {error.why}")
    advice = why_not(error, texts(language_for(request))).replace("`", "")
    return _shown(request, Refusal(said(request).run_refused, advice), 409)


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class
    if not under(request.url.path, *PATHS):
        return await http_exception_handler(request, error)
    why = BY_STATUS.get(error.status_code, "not_understood")
    answer = refusal(request, why, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


async def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class
    if not under(request.url.path, *PATHS):
        return await request_validation_exception_handler(request, error)
    return refusal(request, "not_understood", 422)


async def _unexpected(request: Request, error: Exception) -> Response:
    if isinstance(error, AWAY):
        log.warning("page_without_service", path=_place(request), error=str(error))
        return refusal(request, "away", 503)
    log.error("page_failed", path=_place(request), exc_info=error)
    return refusal(request, "broken", 500)


def _place(request: Request) -> str:
    """For the log: the route, else the beginning of the path, which anybody may make long."""
    route = request.scope.get("route")
    return str(getattr(route, "path", "") or request.url.path[:LOGGED])
