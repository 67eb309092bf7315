"""Answers given by a model in this process."""

# ruff: noqa: ARG002 - the bodies are still to come
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from finetune.trainer.errors import WireError
from finetune.trainer.loaded import LoadedModels
from finetune.trainer.model_store import StoredModel


class InProcess:
    """Serves what an engine loads."""

    def __init__(self, loaded: LoadedModels) -> None:
        self._loaded = loaded

    async def chat(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/chat/completions`."""
        raise WireError("Not answered here yet.")

    async def complete(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/completions`."""
        raise WireError("Not answered here yet.")

    async def embed(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/embeddings`."""
        raise WireError("Not answered here yet.")

    async def adopt(self, model: StoredModel) -> None:
        """A model is read when it is first asked."""

    async def drop(self, model: StoredModel) -> None:
        """A model no longer asked is forgotten by itself."""
