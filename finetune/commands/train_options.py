"""The options of `finetune train` that concern a FILE only, checked and in the provider's words."""

import json
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typer


class Options(NamedTuple):
    """What concerns a FILE only; None, empty or False: not given."""

    model: str | None = None
    validation: Path | None = None
    method: Literal["supervised", "dpo"] | None = None
    suffix: str | None = None
    seed: int | None = None
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    beta: float | None = None
    metadata: tuple[str, ...] = ()
    extra_body: str | None = None
    force: bool = False
    again: bool = False
    yes: bool = False

    def refuse_without_file(self) -> None:
        """Wrong usage, for the workspace's run takes none of this."""
        for name, value in self._asdict().items():
            if value not in (None, (), False):
                raise typer.BadParameter(f"--{name.replace('_', '-')} needs a FILE to train on")

    @property
    def hyperparameters(self) -> dict[str, int | float]:
        """In the provider's words."""
        named = {
            "n_epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate_multiplier": self.learning_rate_multiplier,
            "beta": self.beta,
        }
        return {name: value for name, value in named.items() if value is not None}

    @property
    def labels(self) -> dict[str, str]:
        """The metadata. Raises BadParameter."""
        pairs = dict(label.partition("=")[::2] for label in self.metadata)
        if not all("=" in label and label[0] != "=" for label in self.metadata):
            raise typer.BadParameter("--metadata takes NAME=VALUE")
        if len(pairs) > 15 or any(len(k) > 64 or len(v) > 512 for k, v in pairs.items()):
            raise typer.BadParameter(
                "--metadata: at most 15 names of 64 characters with values of 512"
            )
        return pairs

    @property
    def extra(self) -> dict[str, Any]:
        """What is merged into the request. Raises BadParameter."""
        try:
            found = json.loads(self.extra_body or "{}")
        except ValueError as error:
            raise typer.BadParameter(f"--extra-body is no JSON: {error}") from None
        if not isinstance(found, dict):
            raise typer.BadParameter("--extra-body takes a JSON object")
        return found
