"""What a job is asked to do, how the request says it, and the key by which it is known again.

Built by `finetune train FILE` from its options.
"""

import re
from collections.abc import Collection
from typing import Any, Literal

from pydantic import Field

from finetune.dataset.example import Frozen, digest
from finetune.jobs.job import Job

KEY = "apprentice_key"  # of the metadata
DATE = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4})$")  # behind a model's name


class Order(Frozen):
    """One job. `training` and `validation` are content hashes; the files' ids come with `body`."""

    training: str
    validation: str | None = None
    model: str
    method: Literal["supervised", "dpo"] = "supervised"
    hyperparameters: dict[str, int | float] = Field(default_factory=dict)
    suffix: str | None = None
    seed: int | None = None
    metadata: dict[str, str] = Field(default_factory=dict)
    extra: dict[str, Any] = Field(default_factory=dict)

    @property
    def key(self) -> str:
        """The same for the same files and settings, whatever the files are called."""
        return digest(self.model_dump(mode="json", exclude={"metadata"}))

    @property
    def shown_suffix(self) -> str:
        """Part of the new model's name. 2023's models take no more than 18 characters."""
        return self.suffix or f"apprentice-{self.key[:7]}"

    def body(self, training_file: str, validation_file: str | None) -> dict[str, Any]:
        """The request. Supervised settings go where every provider reads them; DPO has one place.

        OpenAI deprecates the older place but honours it; some compatible providers know no other,
        and would ignore `method` without a word.
        """
        body: dict[str, Any] = {
            "model": self.model,
            "training_file": training_file,
            "suffix": self.shown_suffix,
            "metadata": {**self.metadata, KEY: self.key},
        }
        if validation_file is not None:
            body["validation_file"] = validation_file
        if self.seed is not None:
            body["seed"] = self.seed
        if self.method == "dpo":
            body["method"] = {"type": "dpo", "dpo": {"hyperparameters": self.hyperparameters}}
        elif self.hyperparameters:
            body["hyperparameters"] = self.hyperparameters
        return merged(body, self.extra)

    def made(self, job: Job, training: Collection[str], validation: Collection[str]) -> bool:
        """Whether `job` is what this order made: by metadata, or by all that can be compared.

        `training` and `validation` are the ids under which the provider has the files' contents.
        """
        if job.metadata:
            return job.metadata.get(KEY) == self.key
        body = self.body("", None)
        suffix = str(body.get("suffix"))
        named = f":{suffix}:" in f"{job.fine_tuned_model or ''}:"
        files = job.training_file in training and same_base(job.model, self.model)
        if not files or not (job.suffix == suffix or named):
            return False
        return self.key[:7] in suffix or self._as_asked(job, validation)

    def _as_asked(self, job: Job, validation: Collection[str]) -> bool:
        """The suffix was a person's choice, and may have been used before."""
        return (
            (job.validation_file in validation if self.validation else not job.validation_file)
            and job.method in {None, self.method}
            and (self.seed is None or job.seed in {None, self.seed})
            and all(
                job.hyperparameters.get(name, value) == value
                for name, value in self.hyperparameters.items()
            )
        )


def same_base(one: str, other: str) -> bool:
    """Whether two names mean one model: providers answer with the date that an alias stands for."""
    return one == other or DATE.sub("", one) == other or one == DATE.sub("", other)


def merged(body: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """`extra` over `body`; objects are merged, everything else replaced."""
    result = dict(body)
    for name, value in extra.items():
        known = result.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            result[name] = merged(known, value)
        else:
            result[name] = value
    return result
