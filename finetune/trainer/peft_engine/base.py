"""Where a model's weights and its adapter are: what the files of its folder say.

Read by training, merging and serving. `base.json` names the source by an absolute path or a hub
id; by a path that starts with `..` when the source lies beside the folder in the same storage.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.trainer.engine import EngineRefusal
from finetune.trainer.files import read_json, write_json

BASE = "base.json"
ADAPTER = "adapter_config.json"
WEIGHTS = "config.json"


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
        source = str(said["source"])
        if source.startswith(".."):
            source = str((folder / source).resolve())
        return Base(folder, source, said.get("revision"), adapter)
    if adapter is not None:
        return Base(
            folder, str(read_json(folder / ADAPTER)["base_model_name_or_path"]), None, adapter
        )
    if (folder / WEIGHTS).exists():
        return Base(folder, str(folder))
    raise EngineRefusal(f"{folder.name} is no model: it has neither {BASE} nor {WEIGHTS}.")


def write_base(folder: Path, base: Base, at: Path) -> None:
    """Say in `folder`, which will stand at `at`, what its adapter belongs to."""
    source = base.source
    if Path(source).resolve().parent == at.resolve().parent:
        source = f"../{Path(source).name}"
    said = {"source": source}
    if base.revision:
        said["revision"] = base.revision
    write_json(folder / BASE, said)
