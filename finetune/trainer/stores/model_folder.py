"""The folder of a model on this machine, together with the model that it stands on.

An adapter's `base.json` (`peft_engine/base.py`) names a base that lies in the same storage by `model`;
where the storage is elsewhere, both are fetched.
"""

from pathlib import Path

from finetune.trainer.stores.files import read_json
from finetune.trainer.stores.storage import Storage


def model_folder(storage: Storage, name: str) -> Path:
    """As `Storage.folder`, of the name of a model or a checkpoint. Raises FileNotFoundError."""
    folder = storage.folder(name)
    if not storage.is_local and (folder / "base.json").exists():
        under = read_json(folder / "base.json").get("model")
        if under is not None:
            storage.folder(f"models/{under}")
    return folder
