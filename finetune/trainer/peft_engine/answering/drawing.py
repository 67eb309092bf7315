"""Which token comes next: the likeliest, or drawn from the likeliest few. Log-probabilities are the
model's own, before temperature and `top_p`, as OpenAI and vLLM report them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import torch

from finetune.trainer.engine import Sampling


@dataclass(frozen=True)
class Drawn:
    """One token, and the likeliest instead of it."""

    token_id: int
    logprob: float
    alternatives: tuple[tuple[int, float], ...] = ()


class Dice:
    """Draws one answer's tokens; the same seed draws the same, whoever else is in the batch."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._said: Counter[int] = Counter()
        self._generator = torch.Generator()
        if sampling.seed is None:
            self._generator.seed()
        else:
            self._generator.manual_seed(sampling.seed % 2**63)

    def draw(self, logs: Any) -> Drawn:
        """From the log-probabilities of the whole vocabulary."""
        scores = self._penalised(logs)
        if self._sampling.temperature > 0:
            token_id = self._sampled(scores.cpu())
        else:
            token_id = int(scores.argmax())
        self._said[token_id] += 1
        others: tuple[tuple[int, float], ...] = ()
        if self._sampling.logprobs and self._sampling.top_logprobs:
            best = logs.topk(min(self._sampling.top_logprobs, logs.shape[-1]))
            others = tuple(zip(best.indices.tolist(), best.values.tolist(), strict=True))
        return Drawn(token_id, float(logs[token_id]), others)

    def _penalised(self, logs: Any) -> Any:
        """OpenAI's penalties on what this answer has said already."""
        once, each = self._sampling.presence_penalty, self._sampling.frequency_penalty
        if not self._said or not (once or each):
            return logs
        penalties = [once + each * times for times in self._said.values()]
        scores = logs.clone()
        scores[list(self._said)] -= torch.tensor(penalties, dtype=logs.dtype, device=logs.device)
        return scores

    def _sampled(self, logs: Any) -> int:
        chances, order = torch.softmax(logs / self._sampling.temperature, -1).sort(descending=True)
        within = chances.cumsum(-1) - chances < self._sampling.top_p
        within[0] = True  # top_p 0 leaves the likeliest
        place = torch.multinomial(chances[within], 1, generator=self._generator)
        return int(order[within][place])
