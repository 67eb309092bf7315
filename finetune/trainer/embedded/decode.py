"""The decoder in NumPy, for serving and for checking during training: nothing to compile.

Weights come from a model's directory or straight from the training loop; token ids and their
probabilities go out. A batch is decoded at once, each row with its own length.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finetune.trainer.embedded.shape import EPSILON, ROPE_BASE, Shape
from finetune.trainer.embedded.vocabulary import END, PAD

Floats = NDArray[np.float32]
_PADDING = 16
Choose = Callable[[Floats], NDArray[np.int64]]


@dataclass(frozen=True)
class Decoded:
    """One row's generated ids (without the end token) with the log-probability of each choice.

    `ended` is False when the limit cut it off; the end token's own log-probability is kept last.
    """

    ids: list[int]
    logprobs: list[float]
    ended: bool
    distributions: list[Floats]

    @property
    def confidence(self) -> float:
        """Probability of the least likely token."""
        return float(np.exp(min(self.logprobs))) if self.logprobs else 0.0


class Decoder:
    """The forward pass with a key/value cache."""

    def __init__(self, shape: Shape, weights: Mapping[str, Any]) -> None:
        self.shape = shape
        self.weights = {name: np.asarray(value, np.float32) for name, value in weights.items()}
        self.spoken = np.ascontiguousarray(self.weights["embed"].T)  # tied: from states to scores
        half = shape.head_width // 2
        rates = ROPE_BASE ** (-np.arange(half, dtype=np.float32) / half)
        angles = np.arange(padded(shape.context + 1), dtype=np.float32)[:, None] * rates
        self._cos, self._sin = np.cos(angles), np.sin(angles)

    def generate(
        self,
        prompts: Sequence[Sequence[int]],
        limits: Sequence[int],
        choose: Choose | None = None,
        *,
        keep: bool = False,
    ) -> list[Decoded]:
        """Decode all prompts, at most `limits` tokens each; `choose` picks from log-probabilities."""
        lengths = np.array([len(prompt) for prompt in prompts])
        room = int(max(n + limit for n, limit in zip(lengths, limits, strict=True)))
        cache = _Cache.empty(self.shape, len(prompts), room)
        tokens = np.zeros((len(prompts), int(lengths.max())), np.int64)
        for row, prompt in enumerate(prompts):
            tokens[row, : len(prompt)] = prompt
        hidden = self._forward(tokens, np.zeros(len(prompts), np.int64), cache)
        last = hidden[np.arange(len(prompts)), lengths - 1]
        results = [Decoded([], [], ended=False, distributions=[]) for _ in prompts]
        alive = np.arange(len(prompts))
        positions = lengths.astype(np.int64)
        while len(alive):
            logs = log_softmax(last @ self.spoken)
            picks = logs.argmax(axis=-1) if choose is None else choose(logs)
            going = []
            for seat, place in enumerate(alive.tolist()):
                if _append(results, place, int(picks[seat]), logs[seat], limits[place], keep):
                    going.append(seat)
            if not going:
                break
            seats = np.array(going)
            alive, positions, cache = alive[seats], positions[seats], cache.only(seats)
            last = self._forward(picks[seats][:, None], positions, cache)[:, 0]
            positions = positions + 1
        return results

    def logprobs(self, tokens: NDArray[np.int64]) -> Floats:
        """Log-probabilities of every next token of right-padded rows (teacher forcing)."""
        cache = _Cache.empty(self.shape, *tokens.shape)
        hidden = self._forward(tokens, np.zeros(len(tokens), np.int64), cache)
        return log_softmax(hidden @ self.spoken)

    def prefill(self, prompts: Sequence[Sequence[int]]) -> tuple[Floats, Floats, Floats]:
        """Last hidden states of prompts, padded alike; keys and values by layer, row, position.

        Their padded length alone decides in which order is added up, not how many there are.
        """
        length = padded(len(max(prompts, key=len)))
        tokens = np.full((len(prompts), length), PAD)
        for row, prompt in enumerate(prompts):
            tokens[row, : len(prompt)] = prompt
        cache = _Cache.empty(self.shape, *tokens.shape)
        hidden = self._forward(tokens, np.zeros(len(prompts), np.int64), cache)
        ends = [len(prompt) - 1 for prompt in prompts]
        return hidden[np.arange(len(prompts)), ends], cache.keys, cache.values

    def angles(self, positions: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Cosine and sine of the rotation at each position, for all heads."""
        return self._cos[positions][:, None], self._sin[positions][:, None]

    def _forward(
        self, tokens: NDArray[np.int64], starts: NDArray[np.int64], cache: "_Cache"
    ) -> Floats:
        """Hidden states of `tokens`, which stand at `starts` onwards; fills the cache."""
        shape, w = self.shape, self.weights
        count = tokens.shape[1]
        positions = starts[:, None] + np.arange(count)
        cos, sin = self._cos[positions][:, :, None], self._sin[positions][:, :, None]
        seen = int(positions.max()) + 1
        visible = np.arange(seen)[None, None, :] <= positions[:, :, None]
        barrier: Floats = np.where(visible, 0.0, -1e9).astype(np.float32)[:, None]
        x: Floats = w["embed"][tokens]
        for layer in range(shape.layers):
            y = norm(x, w[f"{layer}.attention_norm"])
            heads = (*tokens.shape, shape.heads, shape.head_width)
            query = rotate((y @ w[f"{layer}.query"]).reshape(heads), cos, sin)
            key = rotate((y @ w[f"{layer}.key"]).reshape(heads), cos, sin)
            value = (y @ w[f"{layer}.value"]).reshape(heads)
            keys, values = cache.put(layer, positions, key, value, seen)
            products = query.transpose(0, 2, 1, 3) @ keys.transpose(0, 2, 3, 1)
            scores: Floats = products / np.float32(shape.head_width**0.5) + barrier
            mixed: Floats = softmax(scores) @ values.transpose(0, 2, 1, 3)
            joined = mixed.transpose(0, 2, 1, 3).reshape(*tokens.shape, shape.width)
            x = x + joined @ w[f"{layer}.output"]
            y = norm(x, w[f"{layer}.hidden_norm"])
            gate = y @ w[f"{layer}.gate"]
            x = x + (gate / (1 + np.exp(-gate)) * (y @ w[f"{layer}.up"])) @ w[f"{layer}.down"]
        return norm(x, w["norm"])


@dataclass(frozen=True)
class _Cache:
    """Keys and values of all layers: (layer, row, position, head, width)."""

    keys: Floats
    values: Floats

    @classmethod
    def empty(cls, shape: Shape, rows: int, room: int) -> "_Cache":
        size = (shape.layers, rows, room, shape.heads, shape.head_width)
        return cls(np.zeros(size, np.float32), np.zeros(size, np.float32))

    def put(
        self, layer: int, positions: NDArray[np.int64], key: Floats, value: Floats, seen: int
    ) -> tuple[Floats, Floats]:
        rows = np.arange(len(positions))[:, None]
        self.keys[layer][rows, positions] = key
        self.values[layer][rows, positions] = value
        return self.keys[layer][:, :seen], self.values[layer][:, :seen]

    def only(self, seats: NDArray[np.int64]) -> "_Cache":
        """The cache of the rows that go on."""
        if len(seats) == self.keys.shape[1]:
            return self
        return _Cache(self.keys[:, seats], self.values[:, seats])


def padded(length: int) -> int:
    """The length up to which a prompt is filled, so that many have the same."""
    return -(-length // _PADDING) * _PADDING


def _append(
    results: list[Decoded], row: int, pick: int, logs: Floats, limit: int, keep: bool
) -> bool:
    """Note one chosen token; whether the row goes on."""
    result = results[row]
    result.logprobs.append(float(logs[pick]))
    if keep:
        result.distributions.append(logs)
    if pick == END:
        results[row] = Decoded(result.ids, result.logprobs, True, result.distributions)
        return False
    result.ids.append(pick)
    return len(result.ids) < limit


def norm(x: Floats, scale: Floats) -> Floats:
    """Divided by the root of the mean square, then scaled."""
    squares: Floats = np.add.reduce(x * x, axis=-1, keepdims=True)
    mean: Floats = squares / np.float32(x.shape[-1])
    spread = np.sqrt(mean + np.float32(EPSILON))
    result: Floats = x / spread * scale
    return result


def rotate(x: Floats, cos: Floats, sin: Floats) -> Floats:
    """Rotary positions; each pair is one value of the first half and one of the second."""
    half = x.shape[-1] // 2
    left, right = x[..., :half], x[..., half:]
    return np.concatenate([left * cos - right * sin, right * cos + left * sin], axis=-1)


def softmax(x: Floats) -> Floats:
    """Over the last axis."""
    raised = np.exp(x - x.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result


def log_softmax(x: Floats) -> Floats:
    """Over the last axis."""
    lowered = x - x.max(axis=-1, keepdims=True)
    result: Floats = lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))
    return result
