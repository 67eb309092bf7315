"""Models in memory: read when first asked, the least used one dropped first."""

import threading
from collections import OrderedDict

from finetune.trainer.engine import Engine, LoadedModel
from finetune.trainer.stores.model_folder import model_folder
from finetune.trainer.stores.storage import Storage


class LoadedModels:
    """At most `room` models; a model's folder never changes, so its name is its key.

    While one is being read, those that are in memory already go on answering.
    """

    def __init__(self, engine: Engine, storage: Storage, room: int = 8) -> None:
        self._engine = engine
        self._storage = storage
        self._room = room
        self._models: OrderedDict[str, LoadedModel] = OrderedDict()
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    def get(self, folder: str) -> LoadedModel:
        """The model kept in that folder of the storage. Raises FileNotFoundError."""
        with self._lock:
            if known := self._known(folder):
                return known
        with self._reading:
            with self._lock:
                if known := self._known(folder):  # another thread has read it meanwhile
                    return known
            model = self._engine.load(model_folder(self._storage, folder))
            with self._lock:
                self._models[folder] = model
                while len(self._models) > self._room:
                    self._models.popitem(last=False)
            return model

    def forget(self, folder: str) -> None:
        """A model that is deleted takes no memory any more, once its last answer is given."""
        with self._lock:
            self._models.pop(folder, None)

    def _known(self, folder: str) -> LoadedModel | None:
        if folder in self._models:
            self._models.move_to_end(folder)
        return self._models.get(folder)
