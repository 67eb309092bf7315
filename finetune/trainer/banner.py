"""The one line that a trainer starts with: where it is, what it is, and where its key is."""

from pathlib import Path

from finetune.settings import TrainerSettings


def banner(settings: TrainerSettings, url: str, key_file: Path | None) -> str:
    """`url` is the server's root. `key_file` None: the keys come from TRAINER_API_KEYS."""
    engine: str = settings.trainer_engine
    if settings.trainer_models:
        engine += f" ({', '.join(settings.trainer_models)})"
    if settings.trainer_launcher != "local":
        engine += f", launcher {settings.trainer_launcher}"
    key = f"key in {key_file}" if key_file else "keys from TRAINER_API_KEYS"
    return f"Trainer at {url}/v1 · page {url}/ · engine {engine} · {key}"
