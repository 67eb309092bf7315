"""Who answers is settled from the settings before anything starts; a vLLM gets what it needs."""

from typing import Any

import pytest

from finetune.errors import InputError
from finetune.settings import TrainerSettings
from finetune.trainer.serving.choice import ServingChoice
from finetune.trainer.serving.vllm_process import vllm_arguments
from finetune.trainer.stores.base_models import BaseModel

URL, COMMAND, HUB = "http://127.0.0.1:8000", "/opt/vllm/bin/vllm", "Qwen/Qwen3-8B"


def choice(**given: Any) -> ServingChoice:
    return ServingChoice.of(TrainerSettings(_env_file=None, **given))  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"trainer_vllm_url": URL}, "TRAINER_VLLM_URL is for the engine peft"),
        ({"trainer_vllm_command": COMMAND}, "TRAINER_VLLM_COMMAND is for the engine peft"),
        ({"trainer_models": (HUB,)}, "--model is for the engine peft"),
        (
            {
                "trainer_engine": "peft",
                "trainer_vllm_url": URL,
                "trainer_vllm_command": COMMAND,
                "trainer_models": (HUB,),
            },
            "set one of the two",
        ),
        ({"trainer_engine": "peft", "trainer_vllm_url": "localhost:8000"}, "is no URL"),
        ({"trainer_engine": "peft", "trainer_vllm_command": COMMAND}, "give one --model"),
        (
            {
                "trainer_engine": "peft",
                "trainer_vllm_command": "vllm 'serve",
                "trainer_models": (HUB,),
            },
            "TRAINER_VLLM_COMMAND: No closing quotation",
        ),
    ],
)
def test_settings_that_cannot_be_meant_together_are_refused(
    given: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InputError, match=reason):
        choice(**given)


def test_without_a_vllm_this_process_answers() -> None:
    assert not choice(trainer_engine="peft", trainer_models=(HUB,)).elsewhere
    assert choice(trainer_engine="peft", trainer_vllm_url=URL).elsewhere


def test_a_vllm_of_our_own_serves_the_base_and_takes_adapters() -> None:
    assert vllm_arguments(COMMAND, BaseModel("eight", HUB), 8001) == (
        *(COMMAND, "serve", HUB, "--enable-lora", "--max-loras", "4", "--max-lora-rank", "64"),
        *("--served-model-name", "eight", "--host", "127.0.0.1", "--port", "8001"),
    )


def test_what_the_operator_chose_for_vllm_stays() -> None:
    command = "uv run vllm serve --max-lora-rank=128 --gpu-memory-utilization 0.6"
    got = vllm_arguments(command, BaseModel("eight", HUB), 8001)
    assert got[:4] == ("uv", "run", "vllm", "serve")
    assert got[4] == HUB
    assert "--max-lora-rank=128" in got
    assert "--max-lora-rank" not in got
    assert got[got.index("--gpu-memory-utilization") + 1] == "0.6"
