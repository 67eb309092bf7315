"""The parts of one running sandbox, wired once by `app.py` and handed to whoever needs them."""

from dataclasses import dataclass, field

from bot.sandbox.changes import Changes
from bot.sandbox.config import Config
from bot.sandbox.dispatcher import Dispatcher
from bot.sandbox.openid import OpenId
from bot.sandbox.rate_limits import RateLimits
from bot.sandbox.state import State
from bot.sandbox.triggers import Triggers


@dataclass(frozen=True)
class OAuthCode:
    """What one installation asked for, until its code is exchanged."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Sandbox:
    """State, the way to the bot, the way to the pages."""

    config: Config
    state: State
    changes: Changes
    dispatcher: Dispatcher
    triggers: Triggers
    limits: RateLimits | None
    oauth_codes: dict[str, OAuthCode] = field(default_factory=dict)
    openid: OpenId = field(default_factory=OpenId)
