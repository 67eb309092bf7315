"""The error tree of `bot`. Messages are for logs and operators; users get sentences from `texts.py`.

BotError
├── ModelUnavailable   the model may answer later
├── ModelRefused       the model will not answer this, ever
├── SurfaceUnavailable Slack may show it later
├── SurfaceRefused     Slack will not show it here, ever
└── NotReady           a service or a setting the bot needs is missing
"""


class BotError(Exception):
    """Raised when the bot cannot go on with what it was asked to do."""


class ModelUnavailable(BotError):
    """Raised when the model cannot be reached, times out, answers 429/5xx or breaks off."""


class ModelRefused(BotError):
    """Raised when the model rejects the request for good: unknown model, bad key, too long."""


class SurfaceUnavailable(BotError):
    """Raised when Slack cannot be reached, times out, asks to wait or answers 5xx."""


class SurfaceRefused(BotError):
    """Raised when Slack says that nothing can be shown there: archived, not a member, no scope."""


class NotReady(BotError):
    """Raised when a setting is missing or a service the bot needs does not answer at start."""
