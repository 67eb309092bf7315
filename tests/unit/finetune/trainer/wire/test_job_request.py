"""What may be asked of a job, and what engines are told of it."""

import pytest
from pydantic import ValidationError

from finetune.trainer.engine import Hyperparameters, Lora
from finetune.trainer.errors import BadRequest
from finetune.trainer.stores.job_store import Job
from finetune.trainer.wire.job_request import (
    JobRequest,
    hyperparameters_of,
    lora_of,
    method_of,
    new_job,
    refuse_what_is_not_offered,
)
from finetune.trainer.wire.job_wire import job_wire


def request(**values: object) -> JobRequest:
    return JobRequest.model_validate({"model": "base", "training_file": "file-1"} | values)


def job(**values: object) -> Job:
    return new_job("us", request(**values))


def test_the_older_place_of_the_hyperparameters_counts_where_the_method_has_none() -> None:
    older = {"n_epochs": 3}
    assert hyperparameters_of(job(hyperparameters=older)) == Hyperparameters(n_epochs=3)
    newer = {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 4}}}
    both = job(hyperparameters=older, method=newer)
    assert hyperparameters_of(both) == Hyperparameters(n_epochs=4)
    dpo = job(hyperparameters=older, method={"type": "dpo"})
    assert (method_of(dpo), hyperparameters_of(dpo)) == ("dpo", Hyperparameters(n_epochs=3))


def test_an_adapters_settings_reach_the_engine() -> None:
    asked = {"rank": 8, "alpha": "auto", "targets": ["q_proj"], "packing": True}
    assert lora_of(job(lora=asked)) == Lora(rank=8, targets=("q_proj",), packing=True)
    assert lora_of(job(lora={})) == Lora()
    assert lora_of(job()) is None


@pytest.mark.parametrize(
    ("values", "param"),
    [
        ({"method": {"type": "reinforcement"}}, "method.type"),
        ({"method": {"type": "dpo", "supervised": {}}}, "method.supervised"),
        ({"method": {"type": "supervised", "dpo": {}}}, "method.dpo"),
        ({"integrations": [{"type": "wandb"}]}, "integrations"),
    ],
)
def test_what_is_not_offered_is_named(values: dict[str, object], param: str) -> None:
    with pytest.raises(BadRequest) as refused:
        refuse_what_is_not_offered(request(**values))
    assert refused.value.param == param


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": 2**31},
        {"suffix": "two words"},
        {"hyperparameters": {"learning_rate_multiplier": float("nan")}},
        {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 2.5}}}},
        {"metadata": {"k" * 65: "v"}},
        {"metadata": {"k": "v" * 513}},
        {"lora": {"rank": 0}},
    ],
)
def test_values_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        request(**wrong)


def test_a_model_of_a_hub_keeps_its_name_in_the_name_of_its_children() -> None:
    assert job(model="Some/Model-1B", suffix="may").model_id.startswith(
        "ft:Some/Model-1B:local:may:"
    )


def test_a_job_of_an_earlier_version_is_supervised() -> None:
    made = job()
    earlier = Job(**{**vars(made), "request": made.request | {"method": None}})
    assert job_wire(earlier)["method"]["type"] == "supervised"
