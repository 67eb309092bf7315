"""A model's answers as OpenAI's chat completion document, or as the chunks of a stream."""

import secrets
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from finetune.trainer.engine import Delta, End, Token
from finetune.trainer.serving.answering import Answers
from finetune.trainer.serving.told import Told, all_told, shown, usage


@dataclass(frozen=True)
class Completion:
    """How the answers to one request are told. `fingerprint`: same model, same seed, same answer."""

    model: str
    fingerprint: str
    choices: int
    logprobs: bool = False
    include_usage: bool = False
    completion_id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    async def whole(self, answers: Answers) -> dict[str, Any]:
        """One document."""
        told = await all_told(answers, self.choices)
        choices = [self._choice(index, one) for index, one in enumerate(told)]
        ends = [one.end for one in told]
        return self._head("chat.completion") | {"choices": choices, "usage": usage(ends[:1], ends)}

    async def chunks(self, answers: Answers) -> AsyncIterator[dict[str, Any]]:
        """A document for every part."""
        ends: list[End] = []
        for index in range(self.choices):
            yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})
        async for index, part in answers:
            if isinstance(part, Delta):
                logprobs = self._logprobs(part.tokens)
                yield self._chunk(index, {"content": part.text}, logprobs=logprobs)
                continue
            ends.append(part)
            if part.tool_calls:
                calls = [{"index": at, **call} for at, call in enumerate(part.tool_calls)]
                yield self._chunk(index, {"tool_calls": calls})
            yield self._chunk(index, {}, finish_reason=part.finish_reason)
        if self.include_usage:
            counted = {"choices": [], "usage": usage(ends[:1], ends)}
            yield self._head("chat.completion.chunk") | counted

    def _choice(self, index: int, told: Told) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": told.text, "refusal": None}
        if told.end.tool_calls:
            message |= {"content": told.text or None, "tool_calls": list(told.end.tool_calls)}
        return {
            "index": index,
            "message": message,
            "finish_reason": told.end.finish_reason,
            "logprobs": self._logprobs(told.tokens),
        }

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.completion_id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": self.fingerprint,
        }

    def _chunk(
        self, index: int, delta: dict[str, Any], *, finish_reason: str | None = None,
        logprobs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        choice = {
            "index": index,
            "delta": delta,
            "finish_reason": finish_reason,
            "logprobs": logprobs,
        }
        unknown_yet = {"usage": None} if self.include_usage else {}
        return self._head("chat.completion.chunk") | {"choices": [choice]} | unknown_yet

    def _logprobs(self, tokens: Sequence[Token]) -> dict[str, Any] | None:
        if not self.logprobs:
            return None
        return {"content": [_token(token) for token in tokens], "refusal": None}


def _token(token: Token) -> dict[str, Any]:
    others = [_piece(piece, logprob) for piece, logprob in token.alternatives]
    return _piece(token.piece, token.logprob) | {"top_logprobs": others}


def _piece(piece: bytes, logprob: float) -> dict[str, Any]:
    return {"token": shown(piece), "logprob": logprob, "bytes": list(piece)}
