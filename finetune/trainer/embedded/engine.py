"""The embedded engine behind the `Engine` port: where JAX is imported only when it trains."""

from pathlib import Path

from finetune.trainer.embedded.serving import EmbeddedModel
from finetune.trainer.engine import Outcome, Report, TrainingSpec, Unsupported
from finetune.trainer.importing import importing


class EmbeddedEngine:
    """Trains with JAX on one core, serves with NumPy."""

    name = "embedded"
    limits = (
        "Reads the last user message only; system prompts, names and earlier messages are ignored. "
        "Knows the answers it was taught, and says so when it was not."
    )

    def check(self, spec: TrainingSpec) -> None:
        """Refuse other methods than supervised training, and `lora`; `train` refuses long rows."""
        if spec.method != "supervised":
            raise Unsupported(
                f"The embedded engine trains supervised, not by {spec.method}; the peft engine does.",
                "method",
            )
        if spec.lora is not None:
            raise Unsupported("The embedded engine trains no adapters; peft does.", "lora")

    def train(self, spec: TrainingSpec, report: Report) -> Outcome:
        """See `training.train`."""
        with importing():
            from finetune.trainer.embedded.training import train

        return train(spec, report)

    def load(self, path: Path) -> EmbeddedModel:
        """The model kept at `path`, ready to answer."""
        return EmbeddedModel(path)
