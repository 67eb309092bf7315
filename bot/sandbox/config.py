"""What one sandbox is started with. Made from the command line in `__main__.py`, or by a test."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sandbox.workspace import BOT_TOKEN

Json = dict[str, Any]


@dataclass(frozen=True)
class Config:
    """`time_scale` shortens Slack's long waits (retries after 1 and 5 minutes): 0.01 makes a minute 0.6 s."""

    bot_url: str
    signing_secret: str
    data_dir: Path
    bot_token: str = BOT_TOKEN
    tour: tuple[Json, ...] = ()
    model_note: str = ""
    time_scale: float = 1.0
    stream_seconds: float = 306.0  # a stream's whole life on Slack, however often it is appended to
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
