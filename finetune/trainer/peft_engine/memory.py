"""What a training will need of the device's memory, before it starts.

Weights are counted exactly, on a model without numbers. Activations follow Korthikanti et al.
(arXiv:2205.05198): bytes per token and layer of a transformer block, with a gated feed-forward and
attention that keeps no matrix of scores. An estimate, a tenth added for what falls between.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from finetune.trainer.engine import DoesNotFit
from finetune.trainer.peft_engine.loading import has_gpu, number_type
from finetune.trainer.peft_engine.plan import Plan

GIB = 2**30
_OVERHEAD = 1.1
_RUNTIME = 0.5 * GIB  # CUDA's context, or torch's own libraries
_HEAD_TILE = (4096, 32_768)  # tokens and vocabulary whose logits trl has in memory at once
_TRAINED = 16  # bytes of a trained number: weight, gradient, Adam's two moments, in float32


@dataclass(frozen=True)
class Sizes:
    """What a model's memory depends on, counted in numbers (not bytes)."""

    parameters: int
    linear: int
    adapter: int
    layers: int
    hidden: int
    inner: int
    vocabulary: int


@dataclass(frozen=True)
class Fit:
    """How a batch is cut so that it fits: rows at once on a device, and with which economy."""

    rows_at_once: int
    gradient_checkpointing: bool
    needed: float


def sizes_of(model: Any, config: Any, adapted: dict[str, Any], rank: int | None) -> Sizes:
    """Count `model`, whose layers `adapted` get an adapter of `rank` (None: all is trained)."""
    text = config.get_text_config()
    parameters = sum(p.numel() for p in model.parameters())
    linear = sum(layer.weight.numel() for layer in adapted.values())
    adapter = sum(sum(layer.weight.shape) for layer in adapted.values()) * (rank or 0)
    hidden = int(text.hidden_size)
    return Sizes(
        parameters=parameters,
        linear=linear,
        adapter=adapter if rank else parameters,
        layers=int(text.num_hidden_layers),
        hidden=hidden,
        inner=int(getattr(text, "intermediate_size", None) or 4 * hidden),
        vocabulary=int(text.vocab_size),
    )


def bytes_needed(sizes: Sizes, plan: Plan, rows: int, length: int, *, checkpointing: bool) -> float:
    """Bytes for steps of `rows` rows of `length` tokens at once."""
    width = int(number_type().itemsize)
    frozen = sizes.parameters * width if plan.rank else 0.0
    if plan.four_bit:
        frozen -= sizes.linear * (width - 0.53)  # 4 bits and the constants of each 64
    tokens = rows * length * (2 if plan.method == "dpo" else 1)
    block = tokens * (21 * sizes.hidden + 8 * sizes.inner) * width / 2
    kept = tokens * sizes.hidden * width * sizes.layers + block
    activations = kept if checkpointing else block * sizes.layers
    # Logits in float32 with their gradient, a tile at a time.
    head = min(tokens, _HEAD_TILE[0]) * min(sizes.vocabulary, _HEAD_TILE[1]) * 8
    return (frozen + sizes.adapter * _TRAINED + activations + head) * _OVERHEAD + _RUNTIME


def fit(
    sizes: Sizes, plan: Plan, length: int, ranks: int, asked: bool | None, available: float
) -> Fit:
    """The least economy that fits: all rows at once, fewer at once, gradient checkpointing.

    `length` in tokens; `ranks` processes share a batch; `asked`: gradient checkpointing as the job
    wants it, None for "auto"; `available` in bytes. Raises DoesNotFit.
    """
    most = 1 if plan.packing else math.ceil(plan.batch_size / ranks)
    ways = [asked] if asked is not None else [False, True]
    needed = math.inf
    for checkpointing in ways:
        for rows in (n for n in range(most, 0, -1) if most % n == 0):
            needed = bytes_needed(sizes, plan, rows, length, checkpointing=checkpointing)
            if needed <= available:
                return Fit(rows, checkpointing, needed)
    raise DoesNotFit(_refusal(plan, length, needed, available, asked))


def _refusal(plan: Plan, length: int, needed: float, available: float, asked: bool | None) -> str:
    where = "GPU" if has_gpu() else "machine"
    help_: list[str] = []
    if not plan.four_bit and has_gpu():
        help_.append("four_bit")
    if asked is False:
        help_.append("gradient_checkpointing")
    help_ += [f"rows shorter than {length} tokens (max_length)", "a smaller rank or base model"]
    return (
        f"This training needs about {needed / GIB:.1f} GiB of memory even with one row at a time; "
        f"the {where} has {available / GIB:.1f} GiB free. What would help: {', '.join(help_)}."
    )


def available_bytes() -> float:
    """Free memory of the device that trains: the GPU's, or this machine's or container's."""
    if has_gpu():
        free, _ = torch.cuda.mem_get_info()
        return float(free)
    import psutil  # type: ignore[import-untyped]

    return min(float(psutil.virtual_memory().available), _container_room())


def _container_room() -> float:
    """What the control group of a container still allows; infinite without one."""
    root = Path("/sys/fs/cgroup")
    try:
        most = (root / "memory.max").read_text().strip()
        used = int((root / "memory.current").read_text())
        stat = dict(line.split() for line in (root / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return math.inf
    if most == "max":
        return math.inf
    return int(most) - used + int(stat.get("inactive_file", 0))
