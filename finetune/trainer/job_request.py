"""What a client may ask of a fine-tuning job, and the job that becomes of it."""

import hashlib
import secrets
import time
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from finetune.trainer.engine import Hyperparameters
from finetune.trainer.job_store import Job

Auto = Literal["auto"]


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AskedHyperparameters(_Request):
    """Each may be "auto". An epoch of the embedded engine is several passes over the rows."""

    n_epochs: Annotated[int, Field(ge=1, le=50)] | Auto = "auto"
    batch_size: Annotated[int, Field(ge=1, le=256)] | Auto = "auto"
    learning_rate_multiplier: Annotated[float, Field(gt=0, le=100)] | Auto = "auto"


class Supervised(_Request):
    """The settings of supervised training."""

    hyperparameters: AskedHyperparameters = AskedHyperparameters()


class Method(_Request):
    """How to train; only supervised training is offered."""

    type: Literal["supervised"]
    supervised: Supervised | None = None


class JobRequest(_Request):
    """The body of POST /v1/fine_tuning/jobs."""

    model: str = Field(min_length=1)
    training_file: str = Field(min_length=1)
    validation_file: str | None = None
    hyperparameters: AskedHyperparameters | None = None
    method: Method | None = None
    suffix: str | None = Field(None, max_length=64, pattern=r"^[A-Za-z0-9._-]*$")
    seed: int | None = None
    metadata: (
        dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=512)]] | None
    ) = Field(None, max_length=16)
    integrations: Annotated[list[Any], Field(max_length=0)] | None = None

    @property
    def asked(self) -> AskedHyperparameters:
        """Where the client put them: under `method`, or in the older place."""
        if self.method and self.method.supervised:
            return self.method.supervised.hyperparameters
        return self.hyperparameters or AskedHyperparameters()


def new_job(owner: str, request: JobRequest) -> Job:
    """A job that waits to be checked."""
    job_id = f"ftjob-{secrets.token_hex(12)}"
    root = request.model.split(":")[1] if request.model.startswith("ft:") else request.model
    chance = int.from_bytes(hashlib.sha256(job_id.encode()).digest()[:4], "big") >> 1
    asked = request.model_dump(mode="json", exclude={"integrations"})
    asked["hyperparameters"] = request.asked.model_dump()
    asked["seed"] = chance if request.seed is None else request.seed
    return Job(
        job_id=job_id,
        owner=owner,
        created_at=int(time.time()),
        status="validating_files",
        paused=False,
        request=asked,
        model_id=f"ft:{root}:local:{request.suffix or ''}:{job_id[-8:]}",
    )


def hyperparameters_of(job: Job) -> Hyperparameters:
    """What was asked, with None for "auto"."""
    asked = job.request["hyperparameters"]
    return Hyperparameters(**{k: None if v == "auto" else v for k, v in asked.items()})
