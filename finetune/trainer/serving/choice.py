"""Who answers in this server: models in this process, a vLLM it is pointed to, or one of its own."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from finetune.errors import InputError
from finetune.settings import TrainerSettings
from finetune.trainer.home import Home
from finetune.trainer.serving.in_process import InProcess
from finetune.trainer.serving.loaded import LoadedModels
from finetune.trainer.serving.port import Serving
from finetune.trainer.stores.base_models import BaseModel, parse_base_models
from finetune.trainer.stores.storage import Storage


@dataclass(frozen=True)
class ServingChoice:
    """What the settings ask for, checked before anything is started."""

    bases: tuple[BaseModel, ...] = ()
    vllm_url: str = ""
    vllm_key: str = ""
    vllm_command: str = ""

    @classmethod
    def of(cls, settings: TrainerSettings) -> "ServingChoice":
        """Raises InputError for settings that cannot be meant together."""
        bases = parse_base_models(settings.trainer_models)
        url, command = settings.trainer_vllm_url, settings.trainer_vllm_command
        peft = settings.trainer_engine == "peft"
        if not peft and (bases or url or command):
            named = "--model" if bases else "TRAINER_VLLM_URL" if url else "TRAINER_VLLM_COMMAND"
            raise InputError(f"{named} is for the engine peft. A good value: --engine peft")
        if url and command:
            raise InputError("TRAINER_VLLM_URL and TRAINER_VLLM_COMMAND: set one of the two")
        if url and not url.startswith(("http://", "https://")):
            good = "A good value: TRAINER_VLLM_URL=http://127.0.0.1:8000"
            raise InputError(f"TRAINER_VLLM_URL: {url!r} is no URL. {good}")
        if command:
            from finetune.trainer.serving.vllm_process import vllm_arguments

            if len(bases) != 1:
                raise InputError(
                    "TRAINER_VLLM_COMMAND starts a vLLM for one base model: give one --model"
                )
            vllm_arguments(command, bases[0], 0)
        return cls(bases, url, settings.trainer_vllm_api_key.get_secret_value(), command)

    @property
    def elsewhere(self) -> bool:
        """Whether answers come from another process, so that this one needs no torch for them."""
        return bool(self.vllm_url or self.vllm_command)

    @contextlib.asynccontextmanager
    async def serving(
        self, home: Home, storage: Storage, loaded: LoadedModels
    ) -> AsyncIterator[Serving]:
        """Who answers, while the block lasts."""
        if not self.elsewhere:
            yield InProcess(loaded)
            return
        from finetune.trainer.serving.vllm import Vllm
        from finetune.trainer.serving.vllm_process import own_vllm
        from finetune.trainer.serving.vllm_server import VllmServer

        there = (
            own_vllm(self.vllm_command, self.bases[0], home.root / "vllm.log")
            if self.vllm_command
            else VllmServer.at(self.vllm_url, self.vllm_key)
        )
        async with there as server:
            yield Vllm(server, storage, self.bases)
