"""What the trainer refuses, in OpenAI's error shape; the server turns these into answers.

WireError
├── NotFoundHere     an id names nothing that this key can see
├── Overloaded       more is asked at once than can be answered
├── Conflict         what is asked for stands against something under way
├── TooMany          a key has too much under way
├── NoJson           the body is something else than JSON, or than a form where one is due
└── BadRequest       the request or its file cannot be used

To add one: derive from WireError and choose the HTTP status OpenAI uses for it.
"""

from typing import Any


class WireError(Exception):
    """Raised when a request is refused; `status` is its HTTP status."""

    status = 400
    kind = "invalid_request_error"

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.message, self.code, self.param = message, code, param

    def body(self) -> dict[str, Any]:
        """The JSON document OpenAI's clients expect."""
        return error_body(self.message, self.kind, code=self.code, param=self.param)


class NotFoundHere(WireError):
    """Raised when a file, job or model does not exist, or belongs to another key."""

    status = 404


class Overloaded(WireError):
    """Raised when too many requests are under way; the same request may do better in a moment."""

    status = 503
    kind = "server_error"


class Conflict(WireError):
    """Raised when a model is to be deleted that a waiting or running job is trained from."""

    status = 409


class TooMany(WireError):
    """Raised when a key has more jobs or uploads under way than one key may."""

    status = 429
    kind = "requests"

    def __init__(self, message: str) -> None:
        super().__init__(message, code="rate_limit_exceeded")


class NoJson(WireError):
    """Raised when a body comes with a Content-Type that the route does not read."""

    status = 415


class BadRequest(WireError):
    """Raised when a value in the request, or the content of a file, cannot be used."""


def error_body(
    message: str, kind: str, *, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """OpenAI's error document. What a client sent may be quoted in it, halves of characters too."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return {"error": {name: _text(value) for name, value in error.items()}}


def _text(value: str | None) -> str | None:
    return None if value is None else value.encode("utf-8", errors="replace").decode()
