"""How the sandbox says no.

SlackRefusal    a Web API method answers {"ok": false, "error": …}
BadRequest      the page, a tour or a test asked the control API for something that cannot be
SecretError     the file given as --signing-secret-file holds no secret
TourError       a tour file cannot be used
"""


class SlackRefusal(Exception):
    """Raised by a method with Slack's documented error code, and what Slack adds in response_metadata."""

    def __init__(
        self,
        error: str,
        *messages: str,
        retry_after: int | None = None,
        details: dict[str, str] | None = None,
    ) -> None:
        super().__init__(error)
        self.details = details or {}
        self.error = error
        self.messages = messages
        self.retry_after = retry_after


class BadRequest(Exception):
    """Raised when the control API is asked for what does not exist; the sentence says what to do."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


class SecretError(Exception):
    """Raised when no signing secret can be read where --signing-secret-file points."""


class TourError(Exception):
    """Raised when the file given as --tour is not a list of steps; the message names the step."""
