"""Models in memory: read when first asked, the least used one dropped first."""

import threading
from collections import OrderedDict
from pathlib import Path

from finetune.trainer.engine import Engine, LoadedModel


class LoadedModels:
    """At most `room` models; a model's folder never changes, so its path is its key."""

    def __init__(self, engine: Engine, room: int = 8) -> None:
        self._engine = engine
        self._room = room
        self._models: OrderedDict[Path, LoadedModel] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: Path) -> LoadedModel:
        """The model kept at `path`."""
        with self._lock:
            if path not in self._models:
                self._models[path] = self._engine.load(path)
            self._models.move_to_end(path)
            while len(self._models) > self._room:
                self._models.popitem(last=False)
            return self._models[path]
