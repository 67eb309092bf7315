"""The base models that the engine peft was started with: `--model`, TRAINER_MODELS.

Each is a folder in the storage that only points to its source (`peft_engine/base.py`), and a model
that every key sees. Doing it again changes nothing; one that is no longer named disappears.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from finetune.errors import InputError
from finetune.trainer.stores.files import new_directory, write_json
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MARK = "source:"  # `taught` of these, and of no model that was trained here
_GOOD = "A good value: house=/models/house or Qwen/Qwen3-4B-Instruct-2507"


@dataclass(frozen=True)
class BaseModel:
    """`source`: an absolute path, or a hub id such as `Qwen/Qwen3-4B-Instruct-2507`."""

    name: str
    source: str


def parse_base_models(given: Sequence[str]) -> tuple[BaseModel, ...]:
    """`[NAME=]PATH_OR_HUB_ID` each. Raises InputError."""
    found = tuple(_parse(each) for each in given)
    names = [model.name for model in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"--model: two base models are called {name}; write NAME= before one")
    return found


def register_base_models(models: ModelStore, storage: Storage, wanted: Sequence[BaseModel]) -> None:
    """Make exactly `wanted` known, beside what was trained here. Raises InputError."""
    known = {model.model_id: model for model in models.bases()}
    for base in wanted:
        before = known.get(base.name)
        if before is not None and not before.taught.startswith(_MARK):
            raise InputError(
                f"--model: {base.name} was trained here; write another NAME= before it"
            )
        folder = f"models/base-{base.name}"
        same = before is not None and before.taught == _MARK + base.source
        if same and storage.exists(folder):
            continue
        with new_directory(storage.room(folder)) as filling:
            write_json(filling / "base.json", {"source": base.source})
        storage.publish(folder)
        models.add(base.name, None, folder, _MARK + base.source)
    names = {base.name for base in wanted}
    for model in known.values():
        if model.taught.startswith(_MARK) and model.model_id not in names:
            models.withdraw(model.model_id)


def _parse(given: str) -> BaseModel:
    name, mark, source = given.partition("=")
    if not mark:
        name, source = "", given
    path = Path(source).expanduser()
    if source and path.is_dir():
        if not (path / "config.json").exists():
            raise InputError(f"--model {given}: there is no config.json in {path}. {_GOOD}")
        source = str(path.resolve())
    elif not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", source) or source.startswith((".", "~")):
        raise InputError(f"--model {given}: there is no such folder. {_GOOD}")
    name = name if mark else Path(source).name
    if not NAME.fullmatch(name):
        raise InputError(
            f"--model {given}: the name {name!r} may hold letters, digits, dots and hyphens. {_GOOD}"
        )
    return BaseModel(name, source)
