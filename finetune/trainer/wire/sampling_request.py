"""What chat and text completions ask alike: how an answer is drawn, and what of it is sent.

Unknown fields and those that change nothing here (`user`, `store`, `metadata`…) are ignored.
"""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from finetune.trainer.engine import Sampling

Positive = Annotated[int, Field(ge=1)]
Penalty = Annotated[float, Field(ge=-2, le=2)]
Stop = Annotated[str, Field(min_length=1)]
MOST_CHOICES = 16


class Document(BaseModel):
    """A part of a request."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    @classmethod
    def of(cls, body: Any) -> Self:
        """The request that a route has already checked."""
        return cls.model_validate(body)


class StreamOptions(Document):
    """`include_usage`: a last chunk that counts the tokens."""

    include_usage: bool | None = False


class SamplingRequest(Document):
    """Temperature is 0 unless asked for: models taught here know answers word by word."""

    model: str = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    n: Annotated[int, Field(ge=1, le=MOST_CHOICES)] | None = None
    seed: int | None = None
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    logit_bias: dict[str, float] | None = None

    @property
    def wants_usage(self) -> bool:
        """Whether a stream counts its tokens at the end."""
        return self.stream_options is not None and bool(self.stream_options.include_usage)

    def drawn(self, choice: int) -> Sampling:
        """How choice number `choice` is drawn, apart from its length and log-probabilities."""
        return Sampling(
            temperature=self.temperature or 0.0,
            top_p=1.0 if self.top_p is None else self.top_p,
            presence_penalty=self.presence_penalty or 0.0,
            frequency_penalty=self.frequency_penalty or 0.0,
            seed=None if self.seed is None else (self.seed + choice) % 2**63,
            stop=(self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ()),
        )
