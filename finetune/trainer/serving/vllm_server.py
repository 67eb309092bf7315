"""What the trainer asks of a vLLM server: is it there, which models, load and unload an adapter, answer.

Routes and answers as in vLLM's own sources (`vllm/entrypoints/openai/models`, `…/serve/lora`). The
trainer's own keys are never sent; vLLM's is, where it has one.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from finetune.trainer.errors import WireError

log = structlog.get_logger(__name__)

_LONGEST_LINE = 2**20  # of a stream: one token with all its alternatives is far less
READ_SECONDS = 600.0  # without a byte of an answer
_BROKEN = (aiohttp.ClientError, TimeoutError, OSError)


class Unreachable(WireError):
    """Raised when the vLLM does not answer, or cannot load an adapter; that may pass."""

    status = 503
    kind = "server_error"


@dataclass(frozen=True)
class Served:
    """A model of vLLM's list; `parent` is an adapter's base."""

    name: str
    root: str
    parent: str | None


class VllmServer:
    """One vLLM server."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, url: str, key: str) -> AsyncIterator["VllmServer"]:
        """The server at `url`, with or without `/v1` behind it; `key` may be empty."""
        headers = {"Accept-Encoding": "identity"}  # so that bytes can be passed on as they come
        if key:
            headers["Authorization"] = f"Bearer {key}"
        timeout = aiohttp.ClientTimeout(total=None, connect=10, sock_read=READ_SECONDS)
        root = url.rstrip("/").removesuffix("/v1") + "/"
        session = aiohttp.ClientSession(
            root, headers=headers, timeout=timeout, read_bufsize=_LONGEST_LINE
        )
        async with session:
            yield cls(session)

    async def is_healthy(self) -> bool:
        """Whether it says that it can answer."""
        try:
            async with self._session.get("health") as answer:
                return answer.status == 200
        except _BROKEN:
            return False

    async def served(self) -> list[Served]:
        """Every model it would answer for. Raises Unreachable."""
        async with self.exchange("GET", "v1/models") as answer:
            if answer.status != 200:
                raise _refused("list of models", answer.status, await answer.text())
            data = (await answer.json())["data"]
        return [Served(one["id"], one.get("root") or one["id"], one.get("parent")) for one in data]

    async def load(self, name: str, folder: str) -> None:
        """Have the adapter in `folder` answer as `name`. Raises Unreachable."""
        for _ in range(2):
            status, said = await self._post("v1/load_lora_adapter", name, folder)
            if status == 200:
                return
            if status != 400 or "already" not in said:
                raise _refused("adapter", status, said)
            if any(one.name == name and one.root == folder for one in await self.served()):
                return
            await self.unload(name)  # the name of an earlier version
        raise _refused("adapter", status, said)

    async def unload(self, name: str) -> None:
        """Forget the adapter; one that it does not know is no error. Raises Unreachable."""
        status, said = await self._post("v1/unload_lora_adapter", name)
        if status not in {200, 404}:
            raise _refused("unloading of an adapter", status, said)

    @contextlib.asynccontextmanager
    async def exchange(
        self, method: str, path: str, document: Mapping[str, Any] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask; leaving the block early closes the connection, which ends vLLM's work.

        Raises Unreachable, also for a connection that breaks inside the block.
        """
        try:
            async with self._session.request(
                method, path, json=document, allow_redirects=False
            ) as answer:
                yield answer
        except _BROKEN as error:
            log.warning("vllm_unreachable", path=path, error=repr(error))
            raise Unreachable(
                "The model server does not answer; it may still be starting. "
                "Try again in a moment.",
                code="model_server_unreachable",
            ) from None

    async def _post(self, path: str, name: str, folder: str | None = None) -> tuple[int, str]:
        document = {"lora_name": name} | ({} if folder is None else {"lora_path": folder})
        async with self.exchange("POST", path, document) as answer:
            return answer.status, await answer.text()


def _refused(what: str, status: int, said: str) -> Unreachable:
    """The reason is the operator's business: paths, ranks, memory."""
    log.error("vllm_refused", what=what, status=status, said=said[:500])
    hint = "the trainer's log says why"
    if status in {404, 405}:
        hint = "it must be started with --enable-lora and VLLM_ALLOW_RUNTIME_LORA_UPDATING=1"
    elif status in {401, 403}:
        hint = "TRAINER_VLLM_API_KEY is not the key it asks for"
    return Unreachable(f"The model server refused the {what}: {hint}.", code="model_server_refused")
