"""One answer in the making: first what the model would say for sure, then what is asked for.

Whether an answer is given at all depends on its least likely token, so nothing can be told before
the likeliest answer has been decoded once, some milliseconds. Then that answer is told, or one is
drawn and told token by token; an unsure one is replaced by an honest sentence.
"""

import queue
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from finetune.trainer.embedded.decode import Floats
from finetune.trainer.embedded.drawing import Dice, is_plain
from finetune.trainer.embedded.utterance import Utterance
from finetune.trainer.embedded.vocabulary import END, Vocabulary
from finetune.trainer.engine import Delta, End, Part, Sampling, Token

AGAIN = -1  # start again behind the prompt
DONE = -2  # everything has been told


@dataclass(frozen=True)
class Question:
    """What is asked. `room`: how many tokens an answer can have at most."""

    prompt: Sequence[int]
    room: int
    sampling: Sampling


class Speech:
    """Takes log-probabilities from the decoding thread, gives parts to the reader of `parts`."""

    def __init__(
        self, question: Question, vocabulary: Vocabulary, threshold: float, otherwise: str
    ) -> None:
        self.question = question
        self.parts: queue.SimpleQueue[Part | Exception | None] = queue.SimpleQueue()
        self.given_up = False
        self._vocabulary = vocabulary
        self._threshold = threshold
        self._otherwise = otherwise
        self._likeliest: list[Token] = []
        self._drawing = False
        self._dice = Dice(question.sampling)
        self._said: Counter[int] = Counter()
        self._utterance = Utterance(question.sampling.stop)
        self._least = 0.0

    @property
    def confidence(self) -> float:
        """Probability of the least likely token of the likeliest answer."""
        return float(np.exp(self._least))

    def next(self, logs: Floats) -> int:
        """The token to go on with, AGAIN or DONE."""
        return self._draw(logs) if self._drawing else self._check(logs)

    def give_up(self) -> None:
        """Nobody wants it any more: the seat is freed at the next token, the reader told None."""
        self.given_up = True
        self.parts.put(None)

    def not_taught(self, confidence: float = 0.0) -> int:
        """Say so, in the language of the question."""
        spent = len(self._vocabulary.answer(self._otherwise))
        prompt = len(self.question.prompt)
        self.parts.put(Delta(self._otherwise))
        self.parts.put(End("stop", prompt, spent, confidence, sure=False))
        return DONE

    def _check(self, logs: Floats) -> int:
        pick = int(logs.argmax())
        self._least = min(self._least, float(logs[pick]))
        if pick != END:
            self._likeliest.append(self._token(pick, logs))
            if len(self._likeliest) < self.question.room:
                return pick
        if pick != END or self.confidence < self._threshold:
            return self.not_taught(self.confidence)
        if is_plain(self.question.sampling):
            return self._tell_the_likeliest()
        self._drawing = True
        return AGAIN

    def _tell_the_likeliest(self) -> int:
        limit = self.question.sampling.max_tokens
        for spent, token in enumerate(self._likeliest[:limit], start=1):
            if self._stops(token):
                return self._end("stop", spent)
        if limit is not None and limit < len(self._likeliest):
            return self._end("length", limit)
        return self._end("stop", len(self._likeliest) + 1)

    def _draw(self, logs: Floats) -> int:
        spent, limit = self._said.total(), self._limit()
        if spent >= limit:  # nothing was to be said at all
            return self._end("length", spent)
        pick = self._dice.draw(logs, self._said)
        if pick == END:
            return self._end("stop", spent + 1)
        self._said[pick] += 1
        if self._stops(self._token(pick, logs)):
            return self._end("stop", spent + 1)
        return pick if spent + 1 < limit else self._end("length", spent + 1)

    def _limit(self) -> int:
        asked = self.question.sampling.max_tokens
        return self.question.room if asked is None else min(asked, self.question.room)

    def _stops(self, token: Token) -> bool:
        deltas, stopped = self._utterance.add(token)
        for delta in deltas:
            self.parts.put(delta)
        return stopped

    def _end(self, reason: str, spent: int) -> int:
        for delta in self._utterance.finish():
            self.parts.put(delta)
        self.parts.put(End(reason, len(self.question.prompt), spent, self.confidence))
        return DONE

    def _token(self, pick: int, logs: Floats) -> Token:
        asked = self.question.sampling
        if not asked.logprobs:
            return Token(self._vocabulary.piece(pick), float(logs[pick]))
        piece = self._vocabulary.piece
        best = np.argsort(-logs, kind="stable")[: asked.top_logprobs]
        others = tuple((piece(int(number)), float(logs[number])) for number in best)
        return Token(piece(pick), float(logs[pick]), others)
