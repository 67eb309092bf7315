"""What the trainer refuses, in OpenAI's error shape; the server turns these into answers.

WireError
├── NotFoundHere     an id names nothing that this key can see
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


class BadRequest(WireError):
    """Raised when a value in the request, or the content of a file, cannot be used."""


def error_body(
    message: str, kind: str, *, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """OpenAI's error document."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}
