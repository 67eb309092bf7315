"""What one sandbox is started with. Made from the command line in `__main__.py`, or by a test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.manifest import SCOPES
from bot.sandbox.workspace import APP_TOKEN, BOT_TOKEN

Json = dict[str, Any]


@dataclass(frozen=True)
class Config:
    """`scopes`: what the app was granted; the manifest's, unless a test grants others.

    `time_scale` shortens Slack's long waits (retries after 1 and 5 minutes, rate limits): 0.01 makes a
    minute 0.6 s. `rate_limits`: whether too many calls a minute are refused.
    """

    bot_url: str
    signing_secret: str
    data_dir: Path
    bot_token: str = BOT_TOKEN
    app_token: str = APP_TOKEN
    scopes: tuple[str, ...] = SCOPES
    client_secret: str = ""  # of whoever signs in with Slack; empty: any is taken
    tour: tuple[Json, ...] = ()
    model_note: str = ""
    time_scale: float = 1.0
    rate_limits: bool = True
    stream_seconds: float = 306.0  # a stream's whole life on Slack, however often it is appended to
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
