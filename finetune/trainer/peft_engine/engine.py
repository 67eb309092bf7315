"""The peft engine behind the `Engine` port: torch is imported only when it trains or loads."""

from pathlib import Path

from finetune.trainer.engine import LoadedModel, Outcome, Report, TrainingSpec
from finetune.trainer.importing import importing


class PeftEngine:
    """Trains adapters with trl, serves with transformers in this process."""

    name = "peft"
    limits = (
        "Adapters (LoRA) on a causal language model: what they know beyond their rows, and in which "
        "languages, is the base model's; text only. Embeddings are the mean of the last hidden states."
    )

    def check(self, spec: TrainingSpec) -> None:
        """See `preparing.prepare`. Raises UnusableRows, DoesNotFit, Unsupported, EngineRefusal."""
        with importing():
            from finetune.trainer.peft_engine.training import check

        check(spec)

    def train(self, spec: TrainingSpec, report: Report) -> Outcome:
        """See `training.train`."""
        from finetune.trainer.peft_engine.training import train

        return train(spec, report)

    def load(self, path: Path) -> LoadedModel:
        """The model in the folder `path`, ready to answer."""
        with importing():
            from finetune.trainer.peft_engine.serving import load

        loaded: LoadedModel = load(path)
        return loaded
