"""Fixtures shared by the tests that need torch or Ray. One thread: two busy cores have no second."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from finetune.trainer.engine import Hyperparameters, Lora, Outcome
from finetune.trainer.peft_engine.engine import PeftEngine
from tests.lora.small_llama import ANSWERS, QUESTIONS, ROWS, Told, make_llama, spec, taught
from tests.scenarios.trainer.running_trainer import Trainer, running

# Minutes each: begun first, so that no process is left with one when the other has ended.
LONG = tuple(
    f"tests/lora/test_{name}.py"
    for name in (
        "ray_trains_jobs",
        "the_demo_learns_a_correction_with_lora",
        "a_killed_adapter_job_goes_on",
        "openais_client_judges_the_peft_engine",
        "two_jobs_answer_beside_their_base",
    )
)

torch.set_num_threads(1)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the servers and what they start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@dataclass(frozen=True)
class Training:
    """A training that has ended well."""

    folder: Path
    told: Told
    outcome: Outcome


@pytest.fixture(scope="session")
def llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a base model: a random Llama of two layers."""
    return make_llama(tmp_path_factory.mktemp("llama"))


@pytest.fixture(scope="session")
def trainer(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    """A server with the engine peft and the Llama as the base `house`."""
    weights = llama.parent.parent / "llama"
    options = ("--engine", "peft", "--model", f"house={weights}")
    with running(tmp_path_factory.mktemp("data"), *options) as server:
        yield server


@pytest.fixture(scope="session")
def twenty(llama: Path) -> Training:
    """The Llama with an adapter that was taught the twenty answers."""
    told = Told()
    chosen = Hyperparameters(n_epochs=36, batch_size=5)
    held_out = [taught(QUESTIONS[0] + " Please.", ANSWERS[0]), ROWS[1]]
    order = spec(
        llama,
        llama.parent / "twenty",
        hyperparameters=chosen,
        lora=Lora(rank=32),
        validation_rows=held_out,
    )
    return Training(order.out, told, PeftEngine().train(order, told))
