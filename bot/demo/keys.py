"""The demo's two secrets, made on first start and kept in DATA_DIR, so that starting again fits.

Between sandbox and bot: the signing secret. Between bot and trainer: the API key.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.demo.errors import DemoError


@dataclass(frozen=True)
class Keys:
    """Random, 128 bits each."""

    signing_secret: str
    trainer_key: str


def keep_keys(file: Path) -> Keys:
    """The keys in `file`, which only its owner may read; made when it is not there."""
    if not file.exists():
        made = Keys(secrets.token_hex(16), f"sk-demo-{secrets.token_hex(16)}")
        write_secret(file, json.dumps(asdict(made)))
    try:
        return Keys(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        raise DemoError(
            f"{file} is damaged: remove the folder {file.parent} to start anew"
        ) from None


def write_secret(file: Path, text: str) -> None:
    """Replace `file`; nobody but its owner can read it at any moment."""
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
    part.replace(file)
