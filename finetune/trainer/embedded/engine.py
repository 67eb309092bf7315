"""The embedded engine behind the `Engine` port: where JAX is imported only when it trains."""

from pathlib import Path

from finetune.trainer.embedded.serving import EmbeddedModel
from finetune.trainer.engine import Outcome, Report, TrainingSpec


class EmbeddedEngine:
    """Trains with JAX on one core, serves with NumPy."""

    def train(self, spec: TrainingSpec, report: Report) -> Outcome:
        """See `training.train`."""
        from finetune.trainer.embedded.training import train

        return train(spec, report)

    def load(self, path: Path) -> EmbeddedModel:
        """The model kept at `path`, ready to answer."""
        return EmbeddedModel(path)
