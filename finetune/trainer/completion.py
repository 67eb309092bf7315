"""A model's answers as OpenAI's completion document, or as the chunks of a stream."""

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from finetune.trainer.engine import Answer, Token


@dataclass(frozen=True)
class Completion:
    """The answers to one request."""

    model: str
    answers: Sequence[Answer]
    logprobs: bool = False
    completion_id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")
    created: int = field(default_factory=lambda: int(time.time()))

    def wire(self) -> dict[str, Any]:
        """The whole at once."""
        choices = [
            {
                "index": index,
                "message": {"role": "assistant", "content": answer.text, "refusal": None},
                "finish_reason": answer.finish_reason,
                "logprobs": self._logprobs(answer),
            }
            for index, answer in enumerate(self.answers)
        ]
        return self._head("chat.completion") | {"choices": choices, "usage": self._usage()}

    def stream(self, *, include_usage: bool) -> Iterator[str]:
        """Server-sent events; the last one is `[DONE]`."""
        for index, answer in enumerate(self.answers):
            yield self._chunk(index, {"role": "assistant", "content": "", "refusal": None})
            logprobs = self._logprobs(answer)
            for piece in [answer.text] if logprobs else answer.pieces():
                yield self._chunk(index, {"content": piece}, logprobs=logprobs)
            yield self._chunk(index, {}, finish_reason=answer.finish_reason)
        if include_usage:
            head = self._head("chat.completion.chunk")
            yield _event(head | {"choices": [], "usage": self._usage()})
        yield "data: [DONE]\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.completion_id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": None,
        }

    def _chunk(
        self, index: int, delta: dict[str, Any], *, finish_reason: str | None = None,
        logprobs: dict[str, Any] | None = None,
    ) -> str:  # fmt: skip
        choice = {
            "index": index,
            "delta": delta,
            "finish_reason": finish_reason,
            "logprobs": logprobs,
        }
        return _event(self._head("chat.completion.chunk") | {"choices": [choice]})

    def _usage(self) -> dict[str, int]:
        asked = self.answers[0].prompt_tokens
        said = sum(answer.completion_tokens for answer in self.answers)
        return {
            "prompt_tokens": asked,
            "completion_tokens": said,
            "total_tokens": asked + said,
        }

    def _logprobs(self, answer: Answer) -> dict[str, Any] | None:
        if not self.logprobs:
            return None
        return {"content": [_token(token) for token in answer.tokens], "refusal": None}


def _token(token: Token) -> dict[str, Any]:
    others = [_piece(piece, logprob) for piece, logprob in token.alternatives]
    return _piece(token.piece, token.logprob) | {"top_logprobs": others}


def _piece(piece: bytes, logprob: float) -> dict[str, Any]:
    """Half a character is shown as its mark, and whole in `bytes`."""
    text = piece.decode("utf-8", errors="replace")
    return {"token": text, "logprob": logprob, "bytes": list(piece)}


def _event(document: dict[str, Any]) -> str:
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n"
