"""What a training process is told: `jobs/<job-id>/order.json`, and the names in a job's folder.

Written by the server's runner before the first start, read by the training process wherever it
runs. The rows lie beside it, as copies made when the job was created.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from finetune.trainer.engine import Hyperparameters, Lora, Method
from finetune.trainer.stores.model_folder import model_folder
from finetune.trainer.stores.storage import Storage

# Folders of the storage begin with these; another base is a local path or a hub id for the engine.
_STORED = ("models/", "jobs/")


@dataclass(frozen=True)
class Order:
    """One training. `base` is a folder of the storage, or what the engine alone understands."""

    job_id: str
    engine: str
    base: str
    seed: int
    method: Method = "supervised"
    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    lora: Lora | None = None

    def write(self, storage: Storage) -> None:
        """Keep it in the job's folder."""
        storage.write(f"{folder_of(self.job_id)}/order.json", json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, storage: Storage, job_id: str) -> "Order":
        """The order of a job. Raises FileNotFoundError."""
        kept: dict[str, Any] = json.loads(storage.read(f"{folder_of(job_id)}/order.json"))
        kept["hyperparameters"] = Hyperparameters(**kept["hyperparameters"])
        if lora := kept["lora"]:
            targets = tuple(lora["targets"]) if lora["targets"] is not None else None
            kept["lora"] = Lora(**{**lora, "targets": targets})
        return cls(**kept)

    def base_in(self, storage: Storage) -> Path:
        """The base as the engine takes it; fetched when it lies elsewhere."""
        return (
            model_folder(storage, self.base) if self.base.startswith(_STORED) else Path(self.base)
        )


def folder_of(job_id: str) -> str:
    """A job's folder in the storage."""
    return f"jobs/{job_id}"


def checkpoints_of(job_id: str) -> str:
    """The folder of a job's checkpoints in the storage."""
    return f"{folder_of(job_id)}/checkpoints"


def model_of(job_id: str) -> str:
    """The folder of a job's finished model in the storage."""
    return f"models/{job_id}"
