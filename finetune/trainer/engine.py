"""The port between the server and what really trains and answers: values and the `Engine` Protocol.

Data comes in as checked rows and local paths; progress goes out through a callback, models as
directories, answers as parts. The server knows nothing of tensors, an engine nothing of HTTP.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from finetune.dataset.example import Message

Method = Literal["supervised", "dpo"]


class TaughtMessage(Message):
    """A message of a training row. An assistant's of `weight` 0 is read and not learnt.

    `tool_calls` are OpenAI's, `tool_call_id` says which of them a tool's message answers.
    """

    weight: Literal[0, 1] = 1
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    tool_call_id: str | None = None

    def document(self) -> dict[str, Any]:
        """The message as a chat template takes it; what is absent is left out."""
        kept = self.model_dump(exclude_none=True, exclude={"weight"})
        calls = [dict(call) for call in kept.pop("tool_calls")]
        return kept | {"tool_calls": calls} if calls else kept


class Conversation(tuple[TaughtMessage, ...]):  # noqa: SLOT001 - `tools` is set on each
    """The messages of a row; `tools` are the functions, as OpenAI's documents, that they may call."""

    tools: tuple[Mapping[str, Any], ...]

    def __new__(
        cls, messages: Iterable[TaughtMessage], tools: Iterable[Mapping[str, Any]] = ()
    ) -> Self:
        made = super().__new__(cls, messages)
        made.tools = tuple(tools)
        return made


@dataclass(frozen=True)
class Preference:
    """A conversation and two last answers to it: the one to prefer and the one to avoid."""

    prompt: Conversation
    chosen: TaughtMessage
    rejected: TaughtMessage


Row = Conversation | Preference


@dataclass(frozen=True)
class Hyperparameters:
    """What a job may choose; None is "auto". `beta` is DPO's: how near to stay to the base."""

    n_epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    beta: float | None = None


@dataclass(frozen=True)
class Lora:
    """How an adapter is trained, for engines that train one; None is "auto".

    `rank` and `alpha` as in the LoRA paper; `targets` the names of the layers that get an adapter;
    `max_length` in tokens; `patience` epochs without a better validation loss end the training.
    """

    rank: int | None = None
    alpha: float | None = None
    targets: tuple[str, ...] | None = None
    four_bit: bool = False
    packing: bool = False
    gradient_checkpointing: bool | None = None
    max_length: int | None = None
    patience: int | None = None


@dataclass(frozen=True)
class TrainingSpec:
    """Everything one training needs. `base` None means from random weights.

    The finished model appears at `out` in one rename; `checkpoints` holds what a killed training
    goes on from; `cache` is where compiled code may be kept between trainings. `rows` are
    conversations for "supervised", preferences for "dpo".
    """

    rows: Sequence[Row]
    out: Path
    checkpoints: Path
    seed: int
    validation_rows: Sequence[Row] = ()
    base: Path | None = None
    hyperparameters: Hyperparameters = field(default_factory=Hyperparameters)
    cache: Path | None = None
    method: Method = "supervised"
    lora: Lora | None = None


@dataclass(frozen=True)
class Step:
    """One optimiser step. `extra`: further figures of this step, such as DPO's reward margin."""

    step: int
    total_steps: int
    train_loss: float
    train_accuracy: float
    extra: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """A state that can be resumed from and asked questions; `reproduced` is a share of the rows.

    `reproduced` None: the engine does not measure it.
    """

    step: int
    total_steps: int
    path: Path
    reproduced: float | None
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
class Chosen(Hyperparameters):
    """What "auto" became, told once before the first step; None where the engine has no such thing."""


@dataclass(frozen=True)
class Outcome:
    """How a training ended well. `reproduced` None: not measured."""

    steps: int
    trained_tokens: int
    reproduced: float | None
    rows: int


Progress = Step | Checkpoint | Note | Chosen
Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Sampling:
    """How an answer is drawn; temperature 0 takes the likeliest token each time.

    The penalties are OpenAI's, -2 to 2: on tokens already said, once or for each time.
    """

    max_tokens: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    logprobs: bool = False
    top_logprobs: int = 0


@dataclass(frozen=True)
class Asking:
    """One answer to be given. `messages` are OpenAI's, checked: `role`, `content` (text), and where

    sent `name`, `tool_calls`, `tool_call_id`. `tools` and `response_format` are OpenAI's documents.
    """

    messages: Sequence[Mapping[str, Any]]
    sampling: Sampling = field(default_factory=Sampling)
    tools: tuple[Mapping[str, Any], ...] = ()
    response_format: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Token:
    """One generated token and the likeliest alternatives, as bytes with log-probabilities."""

    piece: bytes
    logprob: float
    alternatives: tuple[tuple[bytes, float], ...] = ()


@dataclass(frozen=True)
class Delta:
    """The next part of an answer, as soon as it is known: never half a character, `text` not empty."""

    text: str
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True)
class End:
    """The last thing an answer gives. `sure` False: the text says honestly that it does not know.

    `confidence`: probability of the least likely token, where the engine measures it. `tool_calls`:
    OpenAI's, when `finish_reason` is "tool_calls".
    """

    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    confidence: float | None = None
    sure: bool = True
    tool_calls: tuple[Mapping[str, Any], ...] = ()


Part = Delta | End
Answering = Iterator[Part]


class EngineRefusal(Exception):
    """Raised by an engine that cannot train or answer; the message is one line for the client."""

    code = "engine_refused"
    param: str | None = None


class UnusableRows(EngineRefusal):
    """Raised when checked rows still cannot be trained on; the message says which."""

    code = "invalid_training_file"
    param = "training_file"


class DoesNotFit(EngineRefusal):
    """Raised before a training that would need more memory than there is; says what would help."""

    code = "insufficient_memory"


class Diverged(EngineRefusal):
    """Raised when the loss is no number any more; no later step could mend that."""

    code = "loss_diverged"


class TooLong(EngineRefusal):
    """Raised when a conversation does not fit the model's context."""

    code = "context_length_exceeded"
    param = "messages"


class Unsupported(EngineRefusal):
    """Raised when the engine or the model has no such thing: tools, embeddings, a JSON schema."""

    code = "unsupported_parameter"

    def __init__(self, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class LoadedModel(Protocol):
    """A model in memory, safe to ask from several threads at once.

    `chat` and `complete` raise TooLong or Unsupported when called, not at the first part. What they
    return is read by one thread; its `close()` ends the work on it.
    """

    def chat(self, asking: Asking) -> Answering:
        """Answer the conversation: any number of Delta, then one End."""
        ...

    def complete(self, prompt: str | Sequence[int], sampling: Sampling) -> Answering:
        """Go on from the bare text, or from the tokens of one. Raises TooLong or Unsupported."""
        ...

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """A vector for each text, of length 1, and the tokens read."""
        ...


class Engine(Protocol):
    """What trains and serves. `limits`: one honest sentence on what its models can and cannot do."""

    name: str
    limits: str

    def check(self, spec: TrainingSpec) -> None:
        """Refuse now what could only fail later: UnusableRows, DoesNotFit, Unsupported. Seconds."""
        ...

    def train(self, spec: TrainingSpec, report: Report) -> Outcome:
        """Train until done, reporting on the way; goes on from `spec.checkpoints` if any is there.

        Raises EngineRefusal. A repeated report (after a resume) carries the same step number.
        """
        ...

    def load(self, path: Path) -> LoadedModel:
        """Read a model directory written by `train`, or the folder of a base model."""
        ...
