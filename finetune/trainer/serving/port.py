"""The port between the routes that answer and what does: a model in this process, or a vLLM.

`in_process.py` renders what a `LoadedModel` says; `vllm.py` passes requests and answers on.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.responses import Response

from finetune.trainer.stores.model_store import StoredModel


class Serving(Protocol):
    """Who answers. `body` is the request as it was sent, already checked by the route.

    Every method raises WireError for what cannot be answered.
    """

    async def chat(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/chat/completions`, whole or streamed."""
        ...

    async def complete(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/completions`."""
        ...

    async def embed(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/embeddings`."""
        ...

    async def adopt(self, model: StoredModel) -> None:
        """A model has been made: be ready to answer for it. Doing it again changes nothing."""
        ...

    async def drop(self, model: StoredModel) -> None:
        """A model is being deleted. Doing it again changes nothing."""
        ...
