"""Make a base model from a file of chat rows, once: `finetune pretrain` and `make demo` use it.

Doing it again with the same file does nothing; killed in the middle, it goes on from the last
checkpoint. Every key sees the model, also in a server that runs already.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from finetune.errors import InputError
from finetune.trainer.engine import Engine, EngineRefusal, Report, TrainingSpec
from finetune.trainer.home import Home, locked
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.files import remove_directory
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage
from finetune.trainer.wire.chat_rows import BadRows, read_chat_rows

_SEED = 0


@dataclass(frozen=True)
class Pretrained:
    """What became of it. `trained` False: it had been done before. `reproduced` None: not measured."""

    name: str
    rows: int
    trained: bool = False
    reproduced: float | None = None


def pretrain_once(
    home: Home, engine: Engine, file: Path, name: str, report: Report, storage: Storage
) -> Pretrained:
    """Train `name` from `file` and keep it in `storage`, unless that was done before.

    Raises InputError.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise InputError(f"--name {name!r}: letters, digits, dots and hyphens. A good one: house-1")
    try:
        content = file.read_bytes()
        rows = read_chat_rows(content)
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from None
    except BadRows as error:
        raise InputError(f"{file.name}: {error}") from None
    digest = hashlib.sha256(content).hexdigest()
    refusal = f"another process is already training {name}; wait for it"
    with locked(home.root / f"pretrain-{name}.lock", refusal=refusal):
        models = ModelStore(Database(home.database), storage, engine)
        known = models.base(name)
        if known is not None and known.taught == digest and storage.exists(known.folder):
            return Pretrained(name, len(rows))
        checkpoints = home.root / "pretraining" / f"{name}-{digest[:12]}"
        folder = f"models/{name}-{digest[:12]}"
        spec = TrainingSpec(rows, storage.room(folder), checkpoints, _SEED, cache=home.cache)
        try:
            outcome = engine.train(spec, report)
        except EngineRefusal as error:
            raise InputError(f"{file.name}: {error}") from None
        storage.publish(folder)
        models.add(name, None, folder, digest)
        remove_directory(checkpoints)
        if known is not None and known.folder != folder:
            storage.remove(known.folder)
        return Pretrained(name, outcome.rows, trained=True, reproduced=outcome.reproduced)
