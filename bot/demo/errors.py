"""What stops a demo. Each message is one line that says what to do next."""

from bot.errors import BotError


class DemoError(BotError):
    """Raised when the demo cannot start or go on; `play.py` prints it and exits with 1."""


class ProgramEnded(DemoError):
    """Raised when a program of the demo ended by itself and starting it again is no use."""


class TourFailed(DemoError):
    """Raised when a step of the tour did not come to what it waits for."""
