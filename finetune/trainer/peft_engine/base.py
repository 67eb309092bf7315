"""Where a model's weights and its adapter are: what the files of its folder say.

Read by training, merging and serving. `base.json` names the source by an absolute path or a hub
id. A source that is itself a model of the same storage is also named by `model`, so that the whole
can be moved or fetched elsewhere.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.trainer.engine import EngineRefusal
from finetune.trainer.stores.files import read_json, write_json

BASE = "base.json"
ADAPTER = "adapter_config.json"
WEIGHTS = "config.json"
_MODELS = "models"


@dataclass(frozen=True)
class Base:
    """`source` is what `from_pretrained` takes; `adapter` the folder of one to go on from."""

    folder: Path
    source: str
    revision: str | None = None
    adapter: Path | None = None

    @property
    def tokenizer(self) -> str:
        """Where the tokenizer is: an adapter's folder keeps the one it was trained with."""
        return str(self.adapter) if self.adapter else self.source

    @property
    def pinned(self) -> dict[str, Any]:
        """The revision as `from_pretrained` takes it, for what comes from the source."""
        return {"revision": self.revision} if self.revision else {}


def read_base(folder: Path) -> Base:
    """What lies in the model folder. Raises EngineRefusal when that is no model."""
    adapter = folder if (folder / ADAPTER).exists() else None
    if (folder / BASE).exists():
        said = read_json(folder / BASE)
        source = _beside(folder, said.get("model")) or str(said["source"])
        return Base(folder, source, said.get("revision"), adapter)
    if adapter is not None:
        return Base(
            folder, str(read_json(folder / ADAPTER)["base_model_name_or_path"]), None, adapter
        )
    if (folder / WEIGHTS).exists():
        return Base(folder, str(folder))
    raise EngineRefusal(f"{folder.name} is no model: it has neither {BASE} nor {WEIGHTS}.")


def write_base(folder: Path, base: Base, models: Path) -> None:
    """Say in `folder` what its adapter belongs to; `models` is where the storage has its models."""
    said = {"source": base.source}
    if base.revision:
        said["revision"] = base.revision
    if Path(base.source).parent == models:
        said["model"] = Path(base.source).name
    write_json(folder / BASE, said)


def _beside(folder: Path, model: str | None) -> str | None:
    """The folder of a model in the same storage as `folder`, where it is now."""
    if model is None:
        return None
    found = [up / _MODELS / model for up in folder.absolute().parents]
    return next((str(path) for path in found if (path / WEIGHTS).exists()), None)
