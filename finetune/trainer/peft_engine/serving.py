"""Models of the engine peft answering in this process, by transformers.

One base model is in memory once, however many adapters stand on it; conversations to all of them
share its steps (`answering/decoder.py`). What nobody holds any more is freed.
"""

import math
import threading
import weakref
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import torch

from finetune.trainer.engine import (
    Answering,
    Asking,
    Delta,
    End,
    Sampling,
    TooLong,
    Unsupported,
)
from finetune.trainer.peft_engine.answering.batch import Row
from finetune.trainer.peft_engine.answering.calls import reads_calls, with_calls
from finetune.trainer.peft_engine.answering.decoder import Decoder
from finetune.trainer.peft_engine.answering.drawing import Dice
from finetune.trainer.peft_engine.answering.prompt import rendered
from finetune.trainer.peft_engine.answering.spelling import Alphabet, Spelling
from finetune.trainer.peft_engine.base import Base, read_base
from finetune.trainer.peft_engine.loading import has_gpu, read_tokenizer, read_weights

Told = Generator[Delta | End, None, None]
LONGEST_ANSWER = 2048  # tokens, unless the client asks for more
EMBEDDED_AT_ONCE = 16


class SharedBase:
    """The weights of a base model in memory."""

    def __init__(self, base: Base) -> None:
        model = read_weights(base)
        if has_gpu():
            model.to("cuda")
        self.device = model.device
        self.config, self.generation = model.config, model.generation_config
        self.decoder = Decoder(model.eval())


class Bases:
    """The base models in memory; one goes when no model on it is held any more."""

    def __init__(self) -> None:
        self._bases: weakref.WeakValueDictionary[tuple[str, str | None], SharedBase] = (
            weakref.WeakValueDictionary()
        )
        self._lock = threading.Lock()

    def load(self, folder: Path) -> "ServedModel":
        """The model in `folder`. Raises EngineRefusal."""
        base = read_base(folder)
        tokenizer = read_tokenizer(base)
        key = (base.source, base.revision)
        with self._lock:
            shared = self._bases.get(key)
            if shared is None:
                shared = self._bases[key] = SharedBase(base)
        if base.adapter is None:
            return ServedModel(shared, tokenizer, None)
        name = shared.decoder.add_adapter(str(base.adapter))
        model = ServedModel(shared, tokenizer, name)
        weakref.finalize(model, shared.decoder.drop_adapter, name)
        return model


_BASES = Bases()  # an engine is made for each server, and this process has one server


def load(folder: Path) -> "ServedModel":
    """The model in `folder`, on the base that others here may share. Raises EngineRefusal."""
    return _BASES.load(folder)


class ServedModel:
    """A base model, alone or with an adapter. See `engine.LoadedModel`."""

    def __init__(self, shared: SharedBase, tokenizer: Any, adapter: str | None) -> None:
        self._shared = shared
        self._tokenizer = tokenizer
        self._adapter = adapter
        self._alphabet = Alphabet(tokenizer)
        self._context = context_of(shared.config, tokenizer)
        self._ends = _ends(shared.generation, tokenizer)

    def chat(self, asking: Asking) -> Answering:
        """Answer through the model's chat template."""
        kind = (asking.response_format or {}).get("type", "text")
        if kind != "text":
            message = f"response_format '{kind}' needs a vLLM (TRAINER_VLLM_URL); here it is text."
            raise Unsupported(message, "response_format")
        prompt = rendered(self._tokenizer, asking)
        # The template has written the special tokens already.
        ids = self._tokenizer(prompt, add_special_tokens=False)["input_ids"]
        answering = self._answering(ids, asking.sampling)
        if asking.tools and reads_calls(self._tokenizer):
            return with_calls(answering)
        return answering

    def complete(self, prompt: str | Sequence[int], sampling: Sampling) -> Answering:
        """Go on from the bare text, or from its tokens."""
        ids = self._tokenizer(prompt)["input_ids"] if isinstance(prompt, str) else prompt
        if any(not 0 <= token < self._shared.config.vocab_size for token in ids):
            raise Unsupported("The prompt holds a token that this model does not have.", "prompt")
        return self._answering(ids, sampling, "prompt")

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """The mean of the last hidden states of each text's tokens, of length 1."""
        every = [self._fitting(self._tokenizer(text)["input_ids"], "input") for text in texts]
        vectors: list[list[float]] = []
        for start in range(0, len(every), EMBEDDED_AT_ONCE):
            vectors += self._vectors(every[start : start + EMBEDDED_AT_ONCE])
        return vectors, sum(len(ids) for ids in every)

    def _vectors(self, every: Sequence[Sequence[int]]) -> list[list[float]]:
        # After a text, where padding changes nothing: a token sees only what is before it.
        longest = max(len(ids) for ids in every)
        padded = [[*ids, *[0] * (longest - len(ids))] for ids in every]
        mask = [[1] * len(ids) + [0] * (longest - len(ids)) for ids in every]
        device = self._shared.device
        weights = torch.tensor(mask, device=device)
        states = self._shared.decoder.vectors(
            self._adapter, torch.tensor(padded, device=device), weights
        )
        spread = weights.to(states.device)[..., None].float()
        means = (states.float() * spread).sum(1) / spread.sum(1)
        vectors: list[list[float]] = torch.nn.functional.normalize(means, dim=-1).tolist()
        return vectors

    def _answering(self, ids: Sequence[int], sampling: Sampling, param: str = "messages") -> Told:
        room = self._context - len(self._fitting(ids, param))
        limit = min(room, sampling.max_tokens or LONGEST_ANSWER)
        return self._decoded(ids, limit, sampling)

    def _decoded(self, ids: Sequence[int], limit: int, sampling: Sampling) -> Told:
        decoder = self._shared.decoder
        row = Row(ids, limit, self._ends, Dice(sampling), self._adapter)
        spelling = Spelling(self._alphabet, sampling.stop, sampling.logprobs)
        count, least, ended = 0, 0.0, False
        decoder.start(row)
        try:
            while not spelling.stopped and (drawn := decoder.next(row)) is not None:
                count, least = count + 1, min(least, drawn.logprob)
                ended = drawn.token_id in self._ends
                if not ended:
                    yield from spelling.add(drawn)
        finally:
            decoder.leave(row)
        yield from spelling.finish()
        finish = "stop" if ended or spelling.stopped else "length"
        yield End(finish, len(ids), count, math.exp(least))

    def _fitting(self, ids: Sequence[int], param: str) -> Sequence[int]:
        """The tokens, when they leave room for one more. Raises TooLong."""
        ids = ids or [min(self._ends)]  # an empty text is read as the end of one
        if len(ids) < self._context:
            return ids
        error = TooLong(
            f"This model's maximum context length is {self._context} tokens; "
            f"what was sent has {len(ids)}."
        )
        error.param = param
        raise error


def context_of(config: Any, tokenizer: Any) -> int:
    """How many tokens a model reads and writes together."""
    shape = config.get_text_config()
    for name in ("max_position_embeddings", "n_positions", "max_sequence_length"):
        if isinstance(found := getattr(shape, name, None), int):
            return found
    return int(min(tokenizer.model_max_length, 4096))


def _ends(generation: Any, tokenizer: Any) -> frozenset[int]:
    """The tokens that end an answer."""
    said = generation.eos_token_id
    listed = said if isinstance(said, list) else [said]
    return frozenset(one for one in (*listed, tokenizer.eos_token_id) if one is not None)
