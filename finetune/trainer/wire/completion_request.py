"""What a client may ask of the older `/v1/completions`: texts to go on from, without roles."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from finetune.trainer.engine import Sampling
from finetune.trainer.errors import BadRequest
from finetune.trainer.wire.sampling_request import MOST_CHOICES, SamplingRequest

Prompt = str | list[int]
_DEFAULT_LENGTH = 16  # tokens, OpenAI's


class CompletionRequest(SamplingRequest):
    """OpenAI's request; of `best_of` answers the `n` likeliest ones are sent."""

    prompt: str | Annotated[list[int] | list[str] | list[list[int]], Field(min_length=1)]
    max_tokens: Annotated[int, Field(ge=0)] | None = None
    best_of: Annotated[int, Field(ge=0, le=MOST_CHOICES)] | None = None
    echo: bool | None = False
    logprobs: Annotated[int, Field(ge=0, le=5)] | None = None
    suffix: str | None = None

    def check(self) -> None:
        """Raise BadRequest for what the types cannot tell."""
        if self.best_of is not None and self.best_of < self.wanted:
            raise BadRequest("best_of must be n at least.", param="best_of")
        if self.stream and self.drawn_each > self.wanted:
            raise BadRequest(
                "best_of cannot be streamed: all answers are compared.", param="best_of"
            )
        if len(self.prompts()) * self.drawn_each > 128:
            raise BadRequest("More than 128 answers in one request.", param="prompt")

    @property
    def wanted(self) -> int:
        """Answers sent for each prompt."""
        return self.n or 1

    @property
    def drawn_each(self) -> int:
        """Answers drawn for each prompt."""
        return max(self.best_of or 1, self.wanted)

    def prompts(self) -> list[Prompt]:
        """Each prompt, as text or as tokens."""
        if isinstance(self.prompt, str):
            return [_readable(self.prompt)]
        tokens = [part for part in self.prompt if isinstance(part, int)]
        if tokens:
            return [tokens]
        parts = [part for part in self.prompt if not isinstance(part, int)]
        return [_readable(part) if isinstance(part, str) else part for part in parts]

    def sampling(self, choice: int) -> Sampling:
        """How answer number `choice` to a prompt is drawn."""
        limit = _DEFAULT_LENGTH if self.max_tokens is None else self.max_tokens
        return replace(
            self.drawn(choice),
            max_tokens=limit,
            logprobs=self.logprobs is not None or self.drawn_each > self.wanted,
            top_logprobs=self.logprobs or 0,
        )


def _readable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode()  # JSON may hold half a character


def refuse_what_no_engine_does(request: CompletionRequest) -> None:
    """Raise BadRequest for what only other servers do."""
    refused = {
        "suffix": (bool(request.suffix), "nothing is filled in before a text"),
        "logit_bias": (bool(request.logit_bias), "tokens cannot be favoured here"),
        "logprobs": (
            bool(request.echo) and request.logprobs is not None,
            "not together with echo, since those of the prompt are not measured",
        ),
        "echo": (
            bool(request.echo) and not all(isinstance(p, str) for p in request.prompts()),
            "only with prompts that are texts",
        ),
    }
    for param, (asked, why) in refused.items():
        if asked:
            raise BadRequest(
                f"Unsupported parameter: '{param}': {why}.",
                code="unsupported_parameter",
                param=param,
            )
