"""Every error of the server as OpenAI's error document; what is unexpected goes to the log."""

from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from finetune.trainer.errors import NoJson, WireError, error_body

_BRANCHES = ("bool", "constrained-", "list[", "literal[")
_FORMS = ("/v1/files", "/parts")
log = structlog.get_logger(__name__)


def register(app: FastAPI) -> None:
    """Attach the handlers."""
    app.add_exception_handler(WireError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(UnicodeEncodeError, _half_character)
    app.add_exception_handler(Exception, _unexpected)


def _refused(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, WireError):
        raise error
    return JSONResponse(error.body(), error.status)


def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    if _is_other_type(request, error):
        sent = request.headers.get("content-type", "none")
        return _refused(request, NoJson(f"Invalid Content-Type header ({sent}): see the method."))
    first = error.errors()[0]
    param = ".".join(str(part) for part in first["loc"][1:] if _is_name(str(part))) or None
    if first["type"] == "json_invalid":
        param = None
    message = f"{param}: {first['msg']}" if param else str(first["msg"])
    return JSONResponse(error_body(message, "invalid_request_error", param=param), 400)


def _is_other_type(request: Request, error: RequestValidationError) -> bool:
    """Whether there is a body and nothing of it could be read, for want of the right type."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    due = "multipart/form-data" if request.url.path.endswith(_FORMS) else "application/json"
    length = request.headers.get("content-length", "0")
    has_body = length != "0" or "transfer-encoding" in request.headers
    in_body = all(found["loc"][0] == "body" for found in error.errors())
    return has_body and in_body and sent != due


def _is_name(part: str) -> bool:
    """Pydantic also names the branches of a union, such as `str` or `constrained-str`."""
    return part != "str" and not part.startswith(_BRANCHES)


def _http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    message = f"{error.detail}: {request.method} {request.url.path}"
    if error.status_code == HTTPStatus.NOT_FOUND:
        message = f"Invalid URL ({request.method} {request.url.path})"
    return JSONResponse(
        error_body(message, "invalid_request_error"), error.status_code, error.headers
    )


def _half_character(_: Request, __: Exception) -> JSONResponse:
    """JSON may hold half of a surrogate pair; nothing here has such a name, nor could keep it."""
    message = "A text holds half a character (a lone surrogate), which is no Unicode."
    return JSONResponse(error_body(message, "invalid_request_error"), 400)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("request_failed", path=request.url.path, exc_info=error)
    message = "The server had an error while processing your request."
    return JSONResponse(error_body(message, "server_error"), 500)
