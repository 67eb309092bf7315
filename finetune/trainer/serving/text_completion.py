"""A model's answers as the document of the older `/v1/completions`, or as the chunks of a stream."""

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from finetune.trainer.engine import Delta, End, Token
from finetune.trainer.serving.answering import Answers
from finetune.trainer.serving.told import Told, all_told, shown, usage
from finetune.trainer.wire.completion_request import CompletionRequest


@dataclass(frozen=True)
class TextCompletion:
    """How the answers are told: those of the first prompt first, `drawn_each` to each prompt."""

    request: CompletionRequest
    fingerprint: str
    completion_id: str = field(default_factory=lambda: f"cmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    async def whole(self, answers: Answers) -> dict[str, Any]:
        """One document with the likeliest answers to each prompt."""
        prompts, drawn = self.request.prompts(), self.request.drawn_each
        told = await all_told(answers, len(prompts) * drawn)
        choices: list[dict[str, Any]] = []
        for place in range(len(prompts)):
            likeliest = told[place * drawn : (place + 1) * drawn]
            if drawn > self.request.wanted:
                likeliest = sorted(likeliest, key=_likelihood, reverse=True)
            for one in likeliest[: self.request.wanted]:
                text = self._echo(place) + one.text
                logprobs = self._logprobs(one.tokens, 0)
                choices.append(_choice(len(choices), text, logprobs, one.end.finish_reason))
        ends = [one.end for one in told]
        return self._head() | {"choices": choices, "usage": usage(ends[::drawn], ends)}

    async def chunks(self, answers: Answers) -> AsyncIterator[dict[str, Any]]:
        """A document for every part."""
        drawn = self.request.drawn_each
        ends: dict[int, End] = {}
        said = [0] * (len(self.request.prompts()) * drawn)
        unknown_yet = {"usage": None} if self.request.wants_usage else {}
        for index in range(len(said)):
            if echo := self._echo(index // drawn):
                yield self._head() | {"choices": [_choice(index, echo, None, None)]} | unknown_yet
        async for index, part in answers:
            text, logprobs, reason = "", None, None
            if isinstance(part, Delta):
                text, logprobs = part.text, self._logprobs(part.tokens, said[index])
                said[index] += len(text)
            else:
                ends[index], reason = part, part.finish_reason
            yield self._head() | {"choices": [_choice(index, text, logprobs, reason)]} | unknown_yet
        if self.request.wants_usage:
            every = [ends[index] for index in sorted(ends)]
            yield self._head() | {"choices": [], "usage": usage(every[::drawn], every)}

    def _head(self) -> dict[str, Any]:
        return {
            "id": self.completion_id,
            "object": "text_completion",
            "created": self.created,
            "model": self.request.model,
            "system_fingerprint": self.fingerprint,
        }

    def _echo(self, place: int) -> str:
        prompt = self.request.prompts()[place] if self.request.echo else ""
        return prompt if isinstance(prompt, str) else ""

    def _logprobs(self, tokens: Sequence[Token], offset: int) -> dict[str, Any] | None:
        """`offset`: characters said before these tokens."""
        if self.request.logprobs is None:
            return None
        offsets = []
        for token in tokens:
            offsets.append(offset)
            offset += len(shown(token.piece))
        return {
            "tokens": [shown(token.piece) for token in tokens],
            "token_logprobs": [token.logprob for token in tokens],
            "top_logprobs": [
                {shown(piece): logprob for piece, logprob in token.alternatives} for token in tokens
            ],
            "text_offset": offsets,
        }


def _choice(
    index: int, text: str, logprobs: dict[str, Any] | None, reason: str | None
) -> dict[str, Any]:
    return {"index": index, "text": text, "logprobs": logprobs, "finish_reason": reason}


def _likelihood(told: Told) -> float:
    """Log-probability per token; an answer without tokens comes last."""
    if not told.tokens:
        return float("-inf")
    return sum(token.logprob for token in told.tokens) / len(told.tokens)
