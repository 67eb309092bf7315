"""A model of the embedded engine in memory, answering conversations.

Messages come from the server; only the last user message is read, whole or not at all. An answer
whose least likely token falls under the model's threshold, or to a question unlike all that were
taught, is replaced by an honest sentence.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from finetune.dataset.example import normalise
from finetune.trainer.embedded.batching import Batching
from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.decode import Decoder
from finetune.trainer.embedded.disturb import is_japanese
from finetune.trainer.embedded.speech import Question, Speech
from finetune.trainer.engine import Answering, Asking, Delta, Part, Sampling, TooLong, Unsupported

NOT_TAUGHT = "I have not been taught this."
NOT_TAUGHT_JA = "それはまだ教わっていません。"
_LONGEST_ANSWER = 512
# Similarity in percent to the nearest taught question. A model that was taught little is sure of
# everything; rewordings of 60 taught questions lay at 48 and above, most other questions below 60.
_UNLIKE = 45


class EmbeddedModel:
    """Weights, tokenizer and threshold of one model; nothing in it changes, so threads may share."""

    def __init__(self, folder: Path) -> None:
        self._bundle = Bundle.read(folder)
        self._batching = Batching(Decoder(self._bundle.shape, self._bundle.weights))
        self._taught = [row.key for row in self._bundle.rows]

    def chat(self, asking: Asking) -> Answering:
        """Answer the last user message, or say honestly that it was not taught."""
        if asking.tools:
            raise Unsupported("The embedded engine's models know no tools.", "tools")
        form = (asking.response_format or {}).get("type", "text")
        if form != "text":
            raise Unsupported(
                f"The embedded engine's models answer in text only, not in {form}.",
                "response_format",
            )
        return self._answer(_last_question(asking.messages), asking.sampling, "messages")

    def complete(self, prompt: str | Sequence[int], sampling: Sampling) -> Answering:
        """Asks the text as a question: what follows a question is all that these models learn."""
        if not isinstance(prompt, str):
            size = self._bundle.shape.vocabulary
            if not all(0 <= token < size for token in prompt):
                raise Unsupported(f"The model's tokens are 0 to {size - 1}.", "prompt")
            prompt = self._bundle.vocabulary.text(prompt)
        return self._answer(prompt, sampling, "prompt")

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:  # noqa: ARG002 - the port's
        """There are no vectors here that would tell what a text means."""
        raise Unsupported("The embedded engine's models give no embeddings.", "model")

    def _answer(self, text: str, sampling: Sampling, param: str) -> Answering:
        context, vocabulary = self._bundle.shape.context, self._bundle.vocabulary
        asked = normalise(text)
        if (size := vocabulary.prompt_size(asked)) >= context:
            raise _too_long(context, size, param)
        prompt = vocabulary.prompt(asked)
        room = min(_LONGEST_ANSWER, context - len(prompt))
        otherwise = NOT_TAUGHT_JA if is_japanese(text) else NOT_TAUGHT
        question = Question(prompt, room, sampling)
        speech = Speech(question, vocabulary, self._bundle.threshold, otherwise)
        if self._is_like_a_taught_one(asked):
            self._batching.answer(speech)
        else:
            speech.not_taught()
        return _Spoken(speech)

    def _is_like_a_taught_one(self, asked: str) -> bool:
        found = process.extractOne(asked, self._taught, scorer=fuzz.ratio, score_cutoff=_UNLIKE)
        return found is not None


class _Spoken(Iterator[Part]):
    """The parts of one answer; closing it, from any thread, frees its seat at the next token."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._ended = False

    def __next__(self) -> Part:
        if self._ended:
            raise StopIteration
        part = self._speech.parts.get()
        self._ended = not isinstance(part, Delta)
        if part is None:
            raise StopIteration
        if isinstance(part, Exception):
            raise part
        return part

    def close(self) -> None:
        self._speech.give_up()


def _last_question(messages: Sequence[Mapping[str, Any]]) -> str:
    asked = (message["content"] for message in reversed(messages) if message["role"] == "user")
    return str(next(asked, ""))


def _too_long(context: int, asked: int, param: str) -> TooLong:
    error = TooLong(
        f"This model's maximum context length is {context} tokens. However, your {param} "
        f"resulted in {asked} tokens. Please ask a shorter question."
    )
    error.param = param
    return error
