"""A model of the embedded engine in memory, answering conversations.

Messages come from the server; only the last user message is read, and of a long one its end, where
the question usually is. An answer whose least likely token falls under the model's threshold, or to
a question unlike all that were taught, is replaced by an honest sentence.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from finetune.dataset.example import Message, normalise
from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.decode import Choose, Decoded, Decoder, Floats
from finetune.trainer.embedded.disturb import is_japanese
from finetune.trainer.embedded.rows import last_question
from finetune.trainer.embedded.vocabulary import END
from finetune.trainer.engine import Answer, Sampling, Token

NOT_TAUGHT = "I have not been taught this."
NOT_TAUGHT_JA = "それはまだ教わっていません。"
_LONGEST_ANSWER = 512
_CHARACTERS_PER_TOKEN = 16  # more than any text has; what lies beyond would not fit the context
# Similarity in percent to the nearest taught question. A model that was taught little is sure of
# everything; rewordings of 60 taught questions lay at 48 and above, most other questions below 60.
_UNLIKE = 45


class EmbeddedModel:
    """Weights, tokenizer and threshold of one model; nothing in it changes, so threads may share."""

    def __init__(self, folder: Path) -> None:
        self._bundle = Bundle.read(folder)
        self._decoder = Decoder(self._bundle.shape, self._bundle.weights)
        self._taught = [row.key for row in self._bundle.rows]

    def generate(self, messages: Sequence[Message], sampling: Sampling) -> Answer:
        """Answer the last user message, or say honestly that it was not taught."""
        context = self._bundle.shape.context
        question = _end_of(last_question(messages), context)
        prompt = self._bundle.vocabulary.prompt(normalise(question))[-(context - 64) :]
        room = min(_LONGEST_ANSWER, context - len(prompt))
        greedy = self._decode(prompt, room, None, sampling)
        sure = greedy.ended and greedy.confidence >= self._bundle.threshold
        if not sure or not self._is_like_a_taught_one(question):
            return self._unsure(question, len(prompt), greedy.confidence)
        if sampling.temperature > 0:
            greedy_confidence = greedy.confidence
            drawn = self._decode(prompt, room, _sampler(sampling), sampling)
            return self._answer(drawn, len(prompt), sampling, greedy_confidence)
        return self._answer(greedy, len(prompt), sampling, greedy.confidence)

    def _is_like_a_taught_one(self, question: str) -> bool:
        asked = normalise(question)
        found = process.extractOne(asked, self._taught, scorer=fuzz.ratio, score_cutoff=_UNLIKE)
        return found is not None

    def _decode(
        self, prompt: list[int], room: int, choose: Choose | None, sampling: Sampling
    ) -> Decoded:
        return self._decoder.generate([prompt], [room], choose, keep=sampling.top_logprobs > 0)[0]

    def _unsure(self, question: str, prompt_tokens: int, confidence: float) -> Answer:
        text = NOT_TAUGHT_JA if is_japanese(question) else NOT_TAUGHT
        spent = len(self._bundle.vocabulary.answer(text))
        return Answer(text, "stop", prompt_tokens, spent, confidence, sure=False)

    def _answer(
        self, decoded: Decoded, prompt_tokens: int, sampling: Sampling, confidence: float
    ) -> Answer:
        """The decoded text within the asked limits: `max_tokens` first, then `stop`."""
        ids = decoded.ids[: sampling.max_tokens]
        finish = "stop" if decoded.ended and len(ids) == len(decoded.ids) else "length"
        vocabulary = self._bundle.vocabulary
        text = vocabulary.text(ids)
        cuts = [text.find(stop) for stop in sampling.stop if stop and stop in text]
        if cuts:
            text, finish = text[: min(cuts)], "stop"
            while ids and len(vocabulary.text(ids[:-1])) >= len(text):
                ids = ids[:-1]
        tokens = tuple(self._token(decoded, at, sampling) for at in range(len(ids)))
        spent = len(ids) + (finish == "stop" and not cuts)
        return Answer(text, finish, prompt_tokens, spent, confidence, sure=True, tokens=tokens)

    def _token(self, decoded: Decoded, at: int, sampling: Sampling) -> Token:
        piece = self._bundle.vocabulary.piece
        others: list[tuple[bytes, float]] = []
        if sampling.top_logprobs:
            logs = decoded.distributions[at]
            best = np.argsort(-logs)[: sampling.top_logprobs]
            others = [(piece(int(number)), float(logs[number])) for number in best]
        return Token(piece(decoded.ids[at]), decoded.logprobs[at], tuple(others))


def _end_of(question: str, context: int) -> str:
    """Cut before any work is done on it: encoding megabytes takes gigabytes."""
    return question[-context * _CHARACTERS_PER_TOKEN :]


def _sampler(sampling: Sampling) -> Choose:
    """Draws each token at the asked temperature from the smallest set that holds `top_p`."""
    dice = np.random.default_rng(sampling.seed)

    def choose(logs: Floats) -> NDArray[np.int64]:
        return np.array([_draw(row, sampling, dice) for row in logs], np.int64)

    return choose


def _draw(logs: Floats, sampling: Sampling, dice: np.random.Generator) -> int:
    scores = logs.astype(np.float64) / sampling.temperature
    scores[:END] = -np.inf  # padding and the prompt's marks are never said
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    order = np.argsort(-chances)
    within = np.cumsum(chances[order]) - chances[order] < sampling.top_p
    kept = order[within]
    return int(dice.choice(kept, p=chances[kept] / chances[kept].sum()))
