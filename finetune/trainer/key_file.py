"""The key of a trainer that was given none: made once, kept where only its owner can read it."""

import secrets
from pathlib import Path

from finetune.hiding import hide
from finetune.trainer.stores.files import write_bytes


def kept_key(path: Path) -> str:
    """The key in `path`, made on the first call (mode 0600, whole or not at all).

    Raises OSError when the file can be neither read nor written.
    """
    key = path.read_text("utf-8").strip() if path.exists() else ""
    if not key:
        key = f"sk-trainer-{secrets.token_urlsafe(24)}"
        write_bytes(path, f"{key}\n".encode())
    hide([key])
    return key
