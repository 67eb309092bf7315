"""Which layers get an adapter, and the adapter itself: LoRA by peft, or one to go on from."""

from typing import Any

from finetune.trainer.engine import Lora, Unsupported
from finetune.trainer.peft_engine.base import ADAPTER, Base
from finetune.trainer.peft_engine.plan import Plan
from finetune.trainer.stores.files import read_json


def linear_layers(model: Any) -> dict[str, Any]:
    """Every linear layer but the head, by its full name: "auto"."""
    from torch import nn
    from transformers.pytorch_utils import Conv1D

    head = model.get_output_embeddings()
    return {
        name: layer
        for name, layer in model.named_modules()
        if isinstance(layer, (nn.Linear, Conv1D)) and layer is not head
    }


def adapted_layers(model: Any, targets: tuple[str, ...] | None) -> dict[str, Any]:
    """The layers that `targets` name by the end of their name. Raises Unsupported."""
    layers = linear_layers(model)
    if targets is None:
        return layers
    known = sorted({name.rsplit(".", 1)[-1] for name in layers})
    for target in targets:
        if not any(_ends(name, target) for name in layers):
            raise Unsupported(
                f"lora.targets: the model has no layer {target!r} to adapt; it has "
                f"{', '.join(known)}.",
                "lora.targets",
            )
    return {name: layer for name, layer in layers.items() if any(_ends(name, t) for t in targets)}


def adapter_for(plan: Plan) -> Any:
    """The configuration of a new adapter, for peft."""
    from peft import LoraConfig

    return LoraConfig(
        r=plan.rank,
        lora_alpha=plan.alpha,
        lora_dropout=0.0,
        target_modules=list(plan.targets) if plan.targets else "all-linear",
        task_type="CAUSAL_LM",
    )


def going_on(base: Base, lora: Lora | None) -> Lora:
    """What the adapter of `base` has; raises Unsupported when another shape is asked for."""
    said = read_json((base.adapter or base.folder) / ADAPTER)
    asked = lora or Lora()
    named = said["target_modules"]
    has = Lora(rank=said["r"], alpha=said["lora_alpha"], targets=tuple(sorted(named)))
    for name, wanted, there in (
        ("rank", asked.rank, has.rank),
        ("alpha", asked.alpha, has.alpha),
        ("targets", asked.targets and tuple(sorted(asked.targets)), has.targets),
    ):
        if wanted is not None and wanted != there:
            raise Unsupported(
                f"lora.{name}: the model goes on from an adapter that has {there}; leave it out, "
                "or start from the base model.",
                f"lora.{name}",
            )
    return has


def _ends(name: str, target: str) -> bool:
    return name == target or name.endswith("." + target)
