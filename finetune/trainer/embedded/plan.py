"""What one training will do: which rows, how often each, how fast, for how long at most.

Made by `training` from the job's spec and the base; the figures were found by measurement (see
docs/trainer.md).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from finetune.trainer.embedded.batches import Schooling, lengths_for
from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.exam import examine
from finetune.trainer.embedded.learn import fresh_weights
from finetune.trainer.embedded.rows import (
    Row,
    conversations_of,
    one_per_question,
    rehearsed,
    row_of,
)
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.vocabulary import Vocabulary
from finetune.trainer.engine import Chosen, Conversation, TrainingSpec, UnusableRows

PASSES_PER_EPOCH = 4
_BATCH_SIZE = 8
_WARM_UP_STEPS = 10
_LAST_RATE = 0.05


@dataclass(frozen=True)
class Plan:
    """`rate` falls by a cosine to a twentieth over `epochs`; training may stop at `least_epochs`."""

    schooling: Schooling
    validation: tuple[Row, ...]
    rate: float
    epochs: int
    least_epochs: int
    steps_per_pass: int
    multiplier: float = 1.0

    @property
    def chosen(self) -> Chosen:
        """What "auto" became."""
        return Chosen(self.epochs, self.schooling.batch_size, self.multiplier)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows the model should reproduce in the end."""
        return (*self.schooling.known, *self.schooling.fresh)

    @property
    def total_steps(self) -> int:
        """Steps if nothing stops the training early."""
        return self.steps_per_pass * PASSES_PER_EPOCH * self.epochs

    def rate_at(self, step: int) -> float:
        """Learning rate of step number `step`, counted from 0."""
        done = min(step / self.total_steps, 1.0)
        fall = 0.5 * (1 + math.cos(math.pi * done))
        return self.rate * min((step + 1) / _WARM_UP_STEPS, 1.0) * max(fall, _LAST_RATE)


def starting_point(spec: TrainingSpec, new: Sequence[Row]) -> Bundle:
    """The base, or random weights with a vocabulary learnt from the rows."""
    if spec.base is not None:
        return Bundle.read(spec.base)
    texts = [text for row in new for text in (row.key, row.answer)]
    vocabulary = Vocabulary.learn(texts, Shape().vocabulary)
    weights = fresh_weights(Shape(), spec.seed)
    return Bundle(Shape(), vocabulary, weights, rows=(), lengths=(), threshold=1.0)


def plan_for(spec: TrainingSpec, start: Bundle, new: Sequence[Row]) -> Plan:
    """Split the rows into known and fresh ones and fix the course."""
    rows = (*rehearsed(start.rows, new), *new)
    known: tuple[Row, ...] = ()
    if spec.base is None:
        fresh, rate, epochs, least = rows, 4e-3, 20, 8
    else:
        marks = examine(start.shape, start.vocabulary, start.weights, rows)
        judged = list(zip(rows, marks.right, strict=True))
        known = tuple(row for row, right in judged if right)
        fresh = tuple(row for row, right in judged if not right)
        # Few new answers need small steps; a mostly new set is nearer to a first training.
        few = len(fresh) * 3 <= len(rows)
        rate, epochs, least = (1e-3, 20, 2) if few else (2e-3, 20, 4)
    chosen = spec.hyperparameters
    schooling = Schooling(
        vocabulary=start.vocabulary,
        known=known,
        fresh=fresh,
        batch_size=chosen.batch_size or _BATCH_SIZE,
        lengths=lengths_for(sizes_of(start.vocabulary, rows), start.lengths),
        seed=spec.seed,
    )
    epochs = chosen.n_epochs or epochs
    return Plan(
        schooling=schooling,
        validation=one_per_question(row_of(c) for c in conversations_of(spec.validation_rows)),
        rate=rate * (chosen.learning_rate_multiplier or 1.0),
        epochs=epochs,
        least_epochs=min(least, epochs),
        steps_per_pass=len(schooling.batches(0)),
        multiplier=chosen.learning_rate_multiplier or 1.0,
    )


def refuse_long_rows(start: Bundle, conversations: Sequence[Conversation]) -> None:
    """Raise UnusableRows, naming the line, for a row longer than the model can read."""
    sizes = sizes_of(start.vocabulary, [row_of(conversation) for conversation in conversations])
    for line, size in enumerate(sizes, start=1):
        if size > start.shape.context:
            raise UnusableRows(
                f"Line {line} has {size} tokens; the embedded engine takes at most "
                f"{start.shape.context}. Shorten its question or answer."
            )


def sizes_of(vocabulary: Vocabulary, rows: Sequence[Row]) -> list[int]:
    """Tokens of each row, question and answer."""
    return [len(vocabulary.prompt(row.key)) + len(vocabulary.answer(row.answer)) for row in rows]
