"""What a client may ask of a fine-tuning job, and the job that becomes of it.

OpenAI's request, with one extension: `lora`, how an adapter is trained. Unknown fields are ignored;
a field whose value would not be obeyed is refused.
"""

import hashlib
import secrets
import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from finetune.trainer.engine import Hyperparameters, Lora
from finetune.trainer.engine import Method as MethodName
from finetune.trainer.errors import BadRequest
from finetune.trainer.stores.job_store import Job

Auto = Literal["auto"]
Label = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=512)]
AskedMethod = Literal["supervised", "dpo", "reinforcement"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AskedHyperparameters(_Request):
    """Each may be "auto". An epoch of the embedded engine is several passes over the rows."""

    n_epochs: Annotated[int, Field(ge=1, le=50)] | Auto = "auto"
    batch_size: Annotated[int, Field(ge=1, le=256)] | Auto = "auto"
    learning_rate_multiplier: Annotated[float, Field(gt=0, le=100)] | Auto = "auto"


class PreferenceHyperparameters(AskedHyperparameters):
    """Those of DPO; a higher `beta` keeps the model nearer to its base."""

    beta: Annotated[float, Field(gt=0, le=2)] | Auto = "auto"


class Supervised(_Request):
    """The settings of supervised training."""

    hyperparameters: AskedHyperparameters | None = None


class Dpo(_Request):
    """The settings of direct preference optimisation."""

    hyperparameters: PreferenceHyperparameters | None = None


class Method(_Request):
    """How to train; reinforcement is refused by `refuse_what_is_not_offered`."""

    type: AskedMethod
    supervised: Supervised | None = None
    dpo: Dpo | None = None


class AskedLora(_Request):
    """Our extension, see `engine.Lora`. A misspelt name would silently train otherwise: refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rank: Annotated[int, Field(ge=1, le=1024)] | Auto = "auto"
    alpha: Annotated[float, Field(gt=0, le=4096)] | Auto = "auto"
    targets: Annotated[list[Label], Field(min_length=1, max_length=64)] | Auto = "auto"
    four_bit: bool = False
    packing: bool = False
    gradient_checkpointing: bool | Auto = "auto"
    max_length: Annotated[int, Field(ge=8, le=2**20)] | Auto = "auto"
    patience: Annotated[int, Field(ge=1, le=50)] | None = None


class JobRequest(_Request):
    """The body of POST /v1/fine_tuning/jobs."""

    model: str = Field(min_length=1, max_length=512)
    training_file: str = Field(min_length=1)
    validation_file: str | None = None
    hyperparameters: AskedHyperparameters | None = None
    method: Method | None = None
    suffix: str | None = Field(None, max_length=64, pattern=r"^[A-Za-z0-9._-]*$")
    seed: int | None = Field(None, ge=0, le=2**31 - 1)
    metadata: Annotated[dict[Label, Text], Field(max_length=16)] | None = None
    integrations: list[Any] | None = None
    lora: AskedLora | None = None

    @property
    def method_name(self) -> AskedMethod:
        """Supervised unless asked otherwise."""
        return self.method.type if self.method else "supervised"

    @property
    def asked(self) -> AskedHyperparameters:
        """Where the client put them: under `method`, or in the older place."""
        settings = (self.method.supervised or self.method.dpo) if self.method else None
        found = (settings.hyperparameters if settings else None) or self.hyperparameters
        if self.method_name == "dpo":
            return PreferenceHyperparameters(**(found.model_dump() if found else {}))
        return found or AskedHyperparameters()


def refuse_what_is_not_offered(request: JobRequest) -> None:
    """Raises BadRequest for what OpenAI has and this trainer has not, and for mixed methods."""
    other = "dpo" if request.method_name == "supervised" else "supervised"
    if request.method and getattr(request.method, other) is not None:
        raise BadRequest(
            f"The settings of '{other}' do not fit the type '{request.method_name}'.",
            param=f"method.{other}",
        )
    if request.method_name == "reinforcement":
        raise BadRequest(
            "Reinforcement fine-tuning is not offered here; use 'supervised' or 'dpo'.",
            code="unsupported_value",
            param="method.type",
        )
    if request.integrations:
        raise BadRequest(
            "Integrations are not offered here; read the job's events or its result file.",
            code="unsupported_value",
            param="integrations",
        )


def new_job(owner: str, request: JobRequest) -> Job:
    """A job that waits to be checked."""
    job_id = f"ftjob-{secrets.token_hex(12)}"
    root = request.model.split(":")[1] if request.model.startswith("ft:") else request.model
    chance = int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:4], "big") >> 1
    asked = request.model_dump(include={"model", "training_file", "validation_file", "metadata"})
    asked["method"] = request.method_name
    asked["hyperparameters"] = request.asked.model_dump()
    asked["seed"] = chance if request.seed is None else request.seed
    if request.lora:
        asked["lora"] = request.lora.model_dump(exclude_unset=True)
    return Job(
        job_id=job_id,
        owner=owner,
        created_at=int(time.time()),
        status="validating_files",
        paused=False,
        request=asked,
        model_id=f"ft:{root}:local:{request.suffix or ''}:{job_id[-8:]}",
    )


def method_of(job: Job) -> MethodName:
    """How the job trains. Jobs of an earlier version were all supervised."""
    return "dpo" if job.request.get("method") == "dpo" else "supervised"


def hyperparameters_of(job: Job) -> Hyperparameters:
    """What was asked, with None for "auto"."""
    return Hyperparameters(**_chosen(job.request["hyperparameters"]))


def lora_of(job: Job) -> Lora | None:
    """What was asked of the adapter, with None for "auto"; None when nothing was."""
    if (asked := job.request.get("lora")) is None:
        return None
    chosen = _chosen(asked)
    targets = chosen.pop("targets", None)
    return Lora(**chosen, targets=tuple(targets) if targets else None)


def _chosen(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value == "auto" else value for name, value in asked.items()}
