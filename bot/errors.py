"""The error tree of `bot`. Messages are for logs and operators; users get sentences from `texts`.

BotError
├── ModelUnavailable   the model may answer later
│   ├── ModelSilent    it takes too long to begin or to go on
│   └── AnswerBroken   an error of ours that nobody expected, every time
├── ModelRefused       the model will not answer this, ever
│   ├── ModelGone      no such model: shut down, never there, not for this account
│   ├── AccessRefused  the provider does not take our key, or the account has no credit
│   ├── TooLong        the conversation does not fit into the model
│   └── ContentRefused the model or its provider will not speak about this
├── SurfaceUnavailable Slack may show it later
├── SurfaceRefused     Slack will not show it here, ever
├── SurfaceMistaken    Slack does not take what we made of it: ours to mend
├── FileUnreadable     a shared file gives neither text nor picture
├── NotAllowed         somebody decides who may not (any more)
├── SignInRefused      Slack does not say who somebody is, or says what cannot be trusted
│   └── NotAtHome      it says so, and their workspace does not have the bot
└── NotReady           a service or a setting the bot needs is missing
"""


class BotError(Exception):
    """Raised when the bot cannot go on with what it was asked to do."""


class ModelUnavailable(BotError):
    """Raised when the model cannot be reached, times out, answers 429/5xx or breaks off."""


class ModelSilent(ModelUnavailable):
    """Raised when nothing comes for longer than a person would wait."""


class AnswerBroken(ModelUnavailable):
    """Raised when an answer fails every time for no reason that we know."""


class ModelRefused(BotError):
    """Raised when the model rejects the request for good; the classes below say why, if known."""


class ModelGone(ModelRefused):
    """Raised on 404 and 410: the model was shut down, or the account has none of that name."""


class AccessRefused(ModelRefused):
    """Raised on 401 and 403, and on 429 `insufficient_quota`: only an admin can mend it."""


class TooLong(ModelRefused):
    """Raised on `context_length_exceeded` and its like; a shorter conversation may work."""


class ContentRefused(ModelRefused):
    """Raised on a content filter or a refusal; another model is not asked to say it instead."""


class SurfaceUnavailable(BotError):
    """Raised when Slack cannot be reached, times out, asks to wait or answers 5xx."""


class SurfaceRefused(BotError):
    """Raised when Slack says that nothing can be shown there: archived, not a member, no scope."""


class SurfaceMistaken(BotError):
    """Raised when Slack finds a fault in what it was sent: blocks, metadata, lengths."""


class FileUnreadable(BotError):
    """Raised when nothing can be read from a file that somebody shared; `why` names the sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotAllowed(BotError):
    """Raised when somebody decides who may not (any more)."""


class SignInRefused(BotError):
    """Raised when a code or an id_token is not good: used, forged, expired, for somebody else."""


class NotAtHome(SignInRefused):
    """Raised when a member of a workspace signs in that has not installed the app."""


class Crowded(BotError):
    """Raised when work that must be done alone finds somebody else at such work."""


class NotReady(BotError):
    """Raised when a setting is missing or a service the bot needs does not answer at start."""
