"""Serving by vLLM: requests go on to it and its answers come back as they are.

Which models a client can name is ours to say: a route has found the model among those of the
client's key, and vLLM is asked for that one by the name it has there. Adapters are loaded under our
own names when a job ends, or when first asked after either side was started anew.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.responses import Response

from finetune.trainer.engine import EngineRefusal
from finetune.trainer.errors import NotFoundHere, WireError
from finetune.trainer.peft_engine.base import Base, read_base
from finetune.trainer.serving.relay import Relayed
from finetune.trainer.serving.vllm_server import Unreachable, VllmServer
from finetune.trainer.stores.base_models import BaseModel
from finetune.trainer.stores.model_folder import model_folder
from finetune.trainer.stores.model_store import StoredModel
from finetune.trainer.stores.storage import Storage

log = structlog.get_logger(__name__)


class Vllm:
    """See `serving.Serving`. `bases`: what our base models are called."""

    def __init__(
        self, server: VllmServer, storage: Storage, bases: tuple[BaseModel, ...] = ()
    ) -> None:
        self._server = server
        self._storage = storage
        self._ours = {base.source: base.name for base in bases}
        self._loaded: dict[str, str] = {}  # adapters' names and their folders
        self._bases: dict[str, str] = {}  # sources and what vLLM calls them
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def chat(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/chat/completions`."""
        return self._relayed("v1/chat/completions", model, body)

    async def complete(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/completions`."""
        return self._relayed("v1/completions", model, body)

    async def embed(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/embeddings`, where that vLLM was started for them."""
        return self._relayed("v1/embeddings", model, body)

    async def adopt(self, model: StoredModel) -> None:
        """Load the adapter now; when that fails, it is tried again when the model is asked."""
        try:
            await self.name_of(model)
        except WireError as error:
            log.warning("adapter_not_loaded", model=model.model_id, reason=error.message)

    async def drop(self, model: StoredModel) -> None:
        """Unload the adapter; one that cannot be unloaded is named by nobody any more."""
        if model.owner is None:
            return
        async with self._locks[model.model_id]:
            self._loaded.pop(model.model_id, None)
            try:
                await self._server.unload(model.model_id)
            except WireError as error:
                log.warning("adapter_not_unloaded", model=model.model_id, reason=error.message)

    async def name_of(self, model: StoredModel) -> str:
        """What vLLM calls the model, loaded if it is an adapter. Raises WireError."""
        try:
            base = await asyncio.to_thread(self._read, model)
        except FileNotFoundError:
            raise NotFoundHere(
                f"The model `{model.model_id}` does not exist.",
                code="model_not_found",
                param="model",
            ) from None
        except EngineRefusal as error:
            raise Unreachable(str(error), code=error.code) from None
        name = await self._base_name(base.source)
        if base.adapter is None:
            return name
        async with self._locks[model.model_id]:
            folder = str(base.adapter)
            if self._loaded.get(model.model_id) != folder:
                await self._server.load(model.model_id, folder)
                self._loaded[model.model_id] = folder
        return model.model_id

    def forget(self, model: StoredModel) -> None:
        """The model is unknown to vLLM: it was started anew."""
        self._loaded.pop(model.model_id, None)
        self._bases.clear()

    def _relayed(self, path: str, model: StoredModel, body: Mapping[str, Any]) -> Response:
        return Relayed(self._server, self, path, model, body)

    def _read(self, model: StoredModel) -> Base:
        return read_base(model_folder(self._storage, model.folder).absolute())

    async def _base_name(self, source: str) -> str:
        """An adapter on another base would answer nonsense, so its base must be the one served."""
        if source not in self._bases:
            ours = {source, self._ours.get(source, source)}
            served = [one for one in await self._server.served() if one.parent is None]
            found = [one.name for one in served if ours & {one.name, one.root}]
            if not found:
                others = ", ".join(one.name for one in served)
                log.error("vllm_serves_another_base", wanted=source, served=others)
                raise Unreachable(
                    "The model server answers for another base model than this one's.",
                    code="model_server_refused",
                )
            self._bases[source] = found[0]
        return self._bases[source]
