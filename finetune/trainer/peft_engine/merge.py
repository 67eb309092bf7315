"""A fine-tuned model as one: the adapter's numbers added into the base's weights.

For servers that take no adapters, and for passing a model on. `finetune merge` calls it.
"""

from pathlib import Path

from finetune.trainer.engine import EngineRefusal
from finetune.trainer.peft_engine import loading
from finetune.trainer.peft_engine.base import read_base
from finetune.trainer.peft_engine.quiet import quietly
from finetune.trainer.stores.files import new_directory


def merge(folder: Path, out: Path) -> None:
    """Write the model in `folder`, adapter and base in one, to `out`. Raises EngineRefusal."""
    base = read_base(folder)
    if base.adapter is None:
        raise EngineRefusal(f"{folder} holds no adapter; there is nothing to merge.")
    from peft import PeftModel

    with quietly():
        model = PeftModel.from_pretrained(loading.read_weights(base), str(base.adapter))
        merged = model.merge_and_unload(safe_merge=True)
        if stored := loading.read_config(
            base
        ).dtype:  # not twice the base's size for a sum in float32
            merged = merged.to(stored)
        tokenizer = loading.read_tokenizer(base)
        with new_directory(out) as filling:
            merged.save_pretrained(filling)
            tokenizer.save_pretrained(filling)
