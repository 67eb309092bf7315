"""The options of `finetune train` that concern a FILE only, checked and in the provider's words."""

import json
import math
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typer

LONGEST_SUFFIX = 64  # OpenAI's limit
OTHERWISE = {
    "model": "use --model",
    "training_file": "name the FILE",
    "validation_file": "use --validation",
}


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
            if value is not None and value is not False and value != ():
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
            found = json.loads(self.extra_body or "{}", parse_constant=_refused)
            json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, RecursionError) as error:
            raise typer.BadParameter(f"--extra-body is no JSON: {error}") from None
        if not isinstance(found, dict):
            raise typer.BadParameter("--extra-body takes a JSON object")
        for name in ("model", "training_file", "validation_file"):
            if name in found:
                raise typer.BadParameter(f"--extra-body may not hold {name}; {OTHERWISE[name]}")
        return found

    def refuse_senseless(self) -> None:
        """Wrong usage, before anything is read. Raises BadParameter."""
        if self.beta is not None and self.method != "dpo":
            raise typer.BadParameter("--beta belongs to --method dpo")
        for name in ("learning_rate_multiplier", "beta"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise typer.BadParameter(f"--{name.replace('_', '-')} takes a number")
        if self.suffix is not None and not 0 < len(self.suffix) <= LONGEST_SUFFIX:
            raise typer.BadParameter(f"--suffix takes 1 to {LONGEST_SUFFIX} characters")


def _refused(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")
