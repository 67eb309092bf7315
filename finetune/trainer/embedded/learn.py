"""The decoder in JAX, for gradients only: one jitted optimiser step per batch shape.

The same mathematics as `decode` (a test compares them). Batches come from `batches`, new weights
and the step's loss go back to `training`.
"""

from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from finetune.trainer.embedded.shape import EPSILON, ROPE_BASE, Shape

Weights = dict[str, Any]
OPTIMISER = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=0.98))


def fresh_weights(shape: Shape, seed: int) -> Weights:
    """Random weights: norms at one, matrices small."""
    dice = np.random.default_rng(seed)
    weights: Weights = {}
    for name, size in shape.tensors().items():
        if len(size) == 1:
            weights[name] = np.ones(size, np.float32)
        else:
            scale = 0.02 if name == "embed" else size[0] ** -0.5
            weights[name] = dice.normal(0.0, scale, size).astype(np.float32)
    return weights


def keep_compiled(cache: Path | None) -> None:
    """Keep compiled steps on disk, so that the next training starts at once."""
    if cache is not None:
        jax.config.update("jax_compilation_cache_dir", str(cache))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)


def logits(shape: Shape, weights: Weights, tokens: Any) -> Any:
    """Scores of every next token; padding at the right needs no mask since nothing looks ahead."""
    length = tokens.shape[1]
    half = shape.head_width // 2
    rates = ROPE_BASE ** (-jnp.arange(half, dtype=jnp.float32) / half)
    angles = jnp.arange(length, dtype=jnp.float32)[:, None] * rates
    cos, sin = jnp.cos(angles)[:, None], jnp.sin(angles)[:, None]
    barrier = jnp.where(jnp.tril(jnp.ones((length, length), bool)), 0.0, -1e9)
    x = weights["embed"][tokens]
    heads = (*tokens.shape, shape.heads, shape.head_width)
    for layer in range(shape.layers):
        y = _norm(x, weights[f"{layer}.attention_norm"])
        query = _rotate((y @ weights[f"{layer}.query"]).reshape(heads), cos, sin)
        key = _rotate((y @ weights[f"{layer}.key"]).reshape(heads), cos, sin)
        value = (y @ weights[f"{layer}.value"]).reshape(heads)
        scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) / shape.head_width**0.5 + barrier
        mixed = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores), value)
        x = x + mixed.reshape(x.shape) @ weights[f"{layer}.output"]
        y = _norm(x, weights[f"{layer}.hidden_norm"])
        gated = jax.nn.silu(y @ weights[f"{layer}.gate"]) * (y @ weights[f"{layer}.up"])
        x = x + gated @ weights[f"{layer}.down"]
    return _norm(x, weights["norm"]) @ weights["embed"].T


@partial(jax.jit, static_argnums=0, donate_argnums=(1, 2))
def step(
    shape: Shape, weights: Weights, optimiser: Any, tokens: Any, learnt: Any, rate: Any
) -> tuple[Weights, Any, Any, Any]:
    """One Adam step on the marked tokens: new weights, optimiser state, loss, token accuracy."""

    def loss_of(candidate: Weights) -> tuple[Any, Any]:
        scores = logits(shape, candidate, tokens[:, :-1])
        targets, weight = tokens[:, 1:], learnt[:, 1:]
        losses = optax.softmax_cross_entropy_with_integer_labels(scores, targets)
        right = (scores.argmax(-1) == targets) * weight
        return (losses * weight).sum() / weight.sum(), right.sum() / weight.sum()

    (loss, accuracy), gradients = jax.value_and_grad(loss_of, has_aux=True)(weights)
    changes, optimiser = OPTIMISER.update(gradients, optimiser, weights)
    weights = optax.apply_updates(weights, jax.tree.map(lambda change: -rate * change, changes))
    return weights, optimiser, loss, accuracy


def _norm(x: Any, scale: Any) -> Any:
    return x * jax.lax.rsqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON) * scale


def _rotate(x: Any, cos: Any, sin: Any) -> Any:
    left, right = jnp.split(x, 2, axis=-1)
    return jnp.concatenate([left * cos - right * sin, right * cos + left * sin], axis=-1)
