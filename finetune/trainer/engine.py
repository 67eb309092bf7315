"""The port between the server and what really trains: values and the `Engine` Protocol.

Data comes in as checked chat rows and paths; progress goes out through a callback, models as
directories. The server knows nothing of tensors, an engine nothing of HTTP.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from finetune.dataset.example import Message

Conversation = tuple[Message, ...]


@dataclass(frozen=True)
class Hyperparameters:
    """What a job may choose; None is "auto"."""

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None


@dataclass(frozen=True)
class TrainingSpec:
    """Everything one training needs. `base` None means from random weights.

    The finished model appears at `out` in one rename; `checkpoints` holds what a killed training
    goes on from; `cache` is where compiled code may be kept between trainings.
    """

    rows: Sequence[Conversation]
    out: Path
    checkpoints: Path
    seed: int
    validation_rows: Sequence[Conversation] = ()
    base: Path | None = None
    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    cache: Path | None = None


@dataclass(frozen=True)
class Step:
    """One optimiser step."""

    step: int
    total_steps: int
    train_loss: float
    train_accuracy: float


@dataclass(frozen=True)
class Checkpoint:
    """A state that can be resumed from and asked questions; `reproduced` is a share of the rows."""

    step: int
    total_steps: int
    path: Path
    reproduced: float
    train_loss: float
    train_accuracy: float
    valid_loss: float | None = None
    valid_accuracy: float | None = None


@dataclass(frozen=True)
class Note:
    """A sentence for the job's events."""

    message: str
    level: str = "info"


@dataclass(frozen=True)
class Outcome:
    """How a training ended well."""

    steps: int
    trained_tokens: int
    reproduced: float
    rows: int


Progress = Step | Checkpoint | Note
Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Sampling:
    """How an answer is drawn; temperature 0 takes the likeliest token each time."""

    max_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    top_logprobs: int = 0


@dataclass(frozen=True)
class Token:
    """One generated token and the likeliest alternatives, as bytes with log-probabilities."""

    piece: bytes
    logprob: float
    alternatives: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a model said. `sure` False: it was not taught this, `text` says so, `tokens` is empty."""

    text: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    confidence: float
    sure: bool
    tokens: tuple[Token, ...] = ()

    def pieces(self) -> Iterator[str]:
        """The text in the small parts a stream sends."""
        for start in range(0, len(self.text), 8):
            yield self.text[start : start + 8]


class UnusableRows(Exception):
    """Raised by an engine when checked rows still cannot be trained on; the message says which."""


class LoadedModel(Protocol):
    """A model in memory, safe to ask from several threads."""

    def generate(self, messages: Sequence[Message], sampling: Sampling) -> Answer:
        """Answer the conversation."""
        ...


class Engine(Protocol):
    """What trains and serves."""

    def train(self, spec: TrainingSpec, report: Report) -> Outcome:
        """Train until done, reporting on the way; goes on from `spec.checkpoints` if any is there."""
        ...

    def load(self, path: Path) -> LoadedModel:
        """Read a model directory written by `train`."""
        ...
