"""What a state of the model can do: which rows it reproduces greedily, and its loss on others.

Asked by `training` after each epoch and, for the threshold, at the end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finetune.trainer.embedded.decode import Decoder
from finetune.trainer.embedded.rows import Row
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.vocabulary import PAD, Vocabulary

_TOGETHER = 64
# Under this the model says it does not know. Trained rows end above it, reworded questions it
# answers rightly mostly too, questions on other subjects seldom.
SURE_ENOUGH = 0.6


@dataclass(frozen=True)
class Marks:
    """For each row: reproduced word by word, and the probability of its least likely token."""

    right: tuple[bool, ...]
    confidence: tuple[float, ...]

    @property
    def share(self) -> float:
        """Share of the rows that are reproduced."""
        return sum(self.right) / len(self.right) if self.right else 1.0

    @property
    def passed(self) -> bool:
        """Every row is reproduced, with some distance to the threshold."""
        return all(self.right) and min(self.confidence, default=1.0) > SURE_ENOUGH + 0.05

    def threshold(self) -> float:
        """The confidence under which an answer is not given: all reproduced rows stay above."""
        least = [sure for sure, right in zip(self.confidence, self.right, strict=True) if right]
        return round(min([SURE_ENOUGH, *(0.95 * sure for sure in least)]), 4)


def examine(
    shape: Shape, vocabulary: Vocabulary, weights: Mapping[str, Any], rows: Sequence[Row]
) -> Marks:
    """Ask every row's question and compare the answers token by token."""
    decoder = Decoder(shape, weights)
    right: list[bool] = []
    confidence: list[float] = []
    for start in range(0, len(rows), _TOGETHER):
        part = rows[start : start + _TOGETHER]
        wanted = [vocabulary.answer(row.answer)[:-1] for row in part]
        prompts = [vocabulary.prompt(row.key) for row in part]
        # One token more than needed: an answer that goes on too long is wrong.
        given = decoder.generate(prompts, [len(ids) + 1 for ids in wanted])
        right += [got.ended and got.ids == ids for got, ids in zip(given, wanted, strict=True)]
        confidence += [got.confidence for got in given]
    return Marks(tuple(right), tuple(confidence))


def loss_on(
    shape: Shape, vocabulary: Vocabulary, weights: Mapping[str, Any], rows: Sequence[Row]
) -> tuple[float, float]:
    """Mean loss and token accuracy on the answers of `rows`, which were not trained on."""
    decoder = Decoder(shape, weights)
    losses: list[float] = []
    hits: list[bool] = []
    for row in rows:
        prompt, answer = vocabulary.prompt(row.key), vocabulary.answer(row.answer)
        ids = np.full((1, len(prompt) + len(answer)), PAD, np.int64)
        ids[0] = prompt + answer
        logs = decoder.logprobs(ids[:, :-1])[0, len(prompt) - 1 :]
        losses += [-float(logs[at, token]) for at, token in enumerate(answer)]
        hits += [int(logs[at].argmax()) == token for at, token in enumerate(answer)]
    return float(np.mean(losses)), float(np.mean(hits))
