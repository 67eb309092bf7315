"""The same decoder, data and shapes as the embedded engine's in a bare JAX loop; its pace as JSON.

Written from the architecture alone: RMSNorm, rotary positions, SwiGLU, tied embeddings, Adam. The
batches are made beforehand; nothing is looked at, written or reported between the steps.
"""

import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from bench.trainer_runs.pace import now, pace
from finetune.trainer.settings import pin_numeric_threads

pin_numeric_threads()

import jax  # noqa: E402 - threads first
import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402

from finetune.trainer.embedded.batches import Batch  # noqa: E402
from finetune.trainer.embedded.plan import plan_for, starting_point  # noqa: E402
from finetune.trainer.embedded.rows import one_per_question, row_of  # noqa: E402
from finetune.trainer.embedded.shape import Shape  # noqa: E402
from finetune.trainer.engine import TrainingSpec  # noqa: E402
from finetune.trainer.wire.chat_rows import read_chat_rows  # noqa: E402

ADAM = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(1e-3, b2=0.98))
PASSES = 20


def batches(file: Path) -> list[Batch]:
    """What the engine itself would train on."""
    nowhere = Path(tempfile.gettempdir()) / "nowhere"
    spec = TrainingSpec(read_chat_rows(file.read_bytes()), nowhere, nowhere, seed=1)
    new = one_per_question(row_of(conversation) for conversation in spec.rows)
    schooling = plan_for(spec, starting_point(spec, new), new).schooling
    return [batch for number in range(PASSES) for batch in schooling.batches(number)]


def norm(x: Any, scale: Any) -> Any:
    return x / jnp.sqrt(jnp.mean(x**2, -1, keepdims=True) + 1e-5) * scale


def rope(x: Any) -> Any:
    half = x.shape[-1] // 2
    angles = jnp.outer(jnp.arange(x.shape[1]), 10_000.0 ** (-jnp.arange(half) / half))[:, None]
    a, b, c, s = x[..., :half], x[..., half:], jnp.cos(angles), jnp.sin(angles)
    return jnp.concatenate([a * c - b * s, b * c + a * s], -1)


def forward(shape: Shape, w: dict[str, Any], tokens: Any) -> Any:
    x = w["embed"][tokens]
    split = (*tokens.shape, shape.heads, shape.head_width)
    for n in range(shape.layers):
        y = norm(x, w[f"{n}.attention_norm"])
        q, k = (rope((y @ w[f"{n}.{name}"]).reshape(split)) for name in ("query", "key"))
        v = (y @ w[f"{n}.value"]).reshape(split)
        mixed = jax.nn.dot_product_attention(q, k, v, is_causal=True)
        x = x + mixed.reshape(x.shape) @ w[f"{n}.output"]
        y = norm(x, w[f"{n}.hidden_norm"])
        x = x + (jax.nn.silu(y @ w[f"{n}.gate"]) * (y @ w[f"{n}.up"])) @ w[f"{n}.down"]
    return norm(x, w["norm"]) @ w["embed"].T


@partial(jax.jit, static_argnums=0, donate_argnums=(1, 2))
def step(shape: Shape, w: Any, state: Any, tokens: Any, learnt: Any) -> Any:
    def loss(w: Any) -> Any:
        scores = forward(shape, w, tokens[:, :-1])
        each = optax.softmax_cross_entropy_with_integer_labels(scores, tokens[:, 1:])
        return (each * learnt[:, 1:]).sum() / learnt[:, 1:].sum()

    value, gradients = jax.value_and_grad(loss)(w)
    changes, state = ADAM.update(gradients, state, w)
    return optax.apply_updates(w, changes), state, value


def main(file: Path) -> None:
    shape, made = Shape(), batches(file)
    key = jax.random.key(1)
    w = {
        name: jnp.ones(size) if len(size) == 1 else 0.05 * jax.random.normal(key, size)
        for name, size in shape.tensors().items()
    }
    state = ADAM.init(w)
    for length in {batch.tokens.shape for batch in made}:  # compile
        batch = next(each for each in made if each.tokens.shape == length)
        w, state, value = step(shape, w, state, batch.tokens, batch.learnt)
    jax.block_until_ready(value)
    began = now()
    for batch in made:
        w, state, value = step(shape, w, state, batch.tokens, batch.learnt)
    jax.block_until_ready(value)
    ended = now()
    tokens = sum(int((batch.tokens != 0).sum()) for batch in made)
    print(json.dumps(pace(tokens, began, ended)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
