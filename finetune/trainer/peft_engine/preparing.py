"""Everything that can be known, and refused, before the weights are read: seconds, no training.

The order's rows become tokens by the base's own template, "auto" becomes figures, and memory is
compared with what there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from finetune.trainer.engine import (
    Conversation,
    Lora,
    Note,
    Preference,
    TrainingSpec,
    Unsupported,
)
from finetune.trainer.peft_engine import group, loading
from finetune.trainer.peft_engine.adapters import adapted_layers, going_on
from finetune.trainer.peft_engine.base import Base, read_base
from finetune.trainer.peft_engine.dialogue import Dialogues, special_tokens
from finetune.trainer.peft_engine.fresh import make_start
from finetune.trainer.peft_engine.material import Material, read_material
from finetune.trainer.peft_engine.memory import Fit, available_bytes, fit, sizes_of
from finetune.trainer.peft_engine.plan import Plan, plan_for
from finetune.trainer.peft_engine.rehearsal import as_pairs, kept_of, read_taught, taught_by

_PACKED = 1024  # tokens of a packed row, unless a longer row or the job says more


@dataclass(frozen=True)
class Prepared:
    """What a training needs beside the weights. `taught`: what the model will have been taught."""

    base: Base
    tokenizer: Any
    plan: Plan
    material: Material
    fit: Fit
    packed: int | None
    taught: tuple[Conversation, ...]
    notes: tuple[Note, ...]


def prepare(spec: TrainingSpec, ranks: int = 1) -> Prepared:
    """Read, decide, compare. Raises EngineRefusal of every kind; `ranks` processes train."""
    if spec.base is None and spec.method == "dpo":
        raise Unsupported("Preferences need a base model.", "method")
    base = _start(spec)
    lora = spec.lora or Lora()
    if lora.four_bit:
        loading.refuse_four_bit()
    if lora.patience is not None and not spec.validation_rows:
        raise Unsupported("lora.patience needs a validation_file to watch.", "lora.patience")
    if base.adapter is not None:
        has = going_on(base, lora)
        lora = replace(lora, rank=has.rank, alpha=has.alpha, targets=has.targets)
    config = loading.read_config(base)
    loading.refuse_quantised(config, base)
    tokenizer = loading.read_tokenizer(base)
    known = () if spec.base is None else read_taught(base.folder)
    rows, taught = _with_rehearsal(spec, known)
    limit = _limit(lora, config)
    material = read_material(
        Dialogues(tokenizer), rows, spec.validation_rows, limit, _ends(config, tokenizer)
    )
    text = config.get_text_config()
    if material.highest >= int(text.vocab_size):
        raise Unsupported(
            f"The tokenizer of {base.source} has tokens that its weights have not (token "
            f"{material.highest} of {text.vocab_size}): the two do not belong together."
        )
    stop = None if material.stops else _teach_stop(tokenizer, material)
    plan = plan_for(
        replace(spec, lora=lora),
        len(material.train),
        int(text.hidden_size),
        house_made=bool(known),
    )
    empty = loading.empty_model(config)
    layers = adapted_layers(empty, plan.targets)
    packed = _packed_length(lora, material, limit) if plan.packing else None
    cut = fit(
        sizes_of(empty, config, layers, plan.rank),
        plan,
        packed or material.longest,
        ranks,
        lora.gradient_checkpointing,
        group.least(available_bytes()),
    )
    notes = _notes(spec, base, material, plan, cut, len(rows) - len(spec.rows), stop)
    return Prepared(base, tokenizer, plan, material, cut, packed, taught, notes)


def _start(spec: TrainingSpec) -> Base:
    """The base, or a random one made at the checkpoints when there is none."""
    if spec.base is not None:
        return read_base(spec.base)
    folder = spec.checkpoints / "start"
    make_start(spec.rows, spec.seed, folder)
    return read_base(folder)


def _with_rehearsal(
    spec: TrainingSpec, known: Sequence[Conversation]
) -> tuple[tuple[Any, ...], tuple[Conversation, ...]]:
    """The job's rows first, so that line numbers hold; and all that the model will have learnt."""
    new = taught_by(spec.rows)
    if not known:
        return tuple(spec.rows), (new if spec.base is None else ())
    kept = kept_of(known, new)
    if spec.method == "dpo":
        rejected = [row.rejected for row in spec.rows if isinstance(row, Preference)]
        usable = [row for row in kept if all(row[-1].content != r.content for r in rejected)]
        return (*spec.rows, *as_pairs(usable, rejected)), (*kept, *new)
    return (*spec.rows, *kept), (*kept, *new)


def _limit(lora: Lora, config: Any) -> int:
    """Tokens a row may have: what the job says, within what the model reads."""
    reads = int(getattr(config.get_text_config(), "max_position_embeddings", None) or 2**31)
    if lora.max_length is not None and lora.max_length > reads:
        raise Unsupported(
            f"lora.max_length: the model reads at most {reads} tokens.", "lora.max_length"
        )
    return lora.max_length or reads


def _packed_length(lora: Lora, material: Material, limit: int) -> int:
    if lora.max_length is not None:
        return lora.max_length
    return min(limit, max(_PACKED, material.longest))


def _ends(config: Any, tokenizer: Any) -> list[int]:
    """Ids at which the model stops by itself."""
    said = config.get_text_config().eos_token_id
    return [tokenizer.eos_token_id, *(said if isinstance(said, list) else [said])]


def _teach_stop(tokenizer: Any, material: Material) -> str | None:
    """Make the special token that every answer ends with the end token, as base models with a chat
    template need: theirs is another, so that a tuned model would talk on after its answer."""
    lasts = {unit.last for unit in material.train}
    stops = [token for token, i in special_tokens(tokenizer).items() if {i} == lasts]
    if not stops:
        return None
    tokenizer.eos_token = stops[0]
    return stops[0]


def _notes(
    spec: TrainingSpec,
    base: Base,
    material: Material,
    plan: Plan,
    cut: Fit,
    rehearsed: int,
    stop: str | None,
) -> tuple[Note, ...]:
    adapter = f"rank {plan.rank}, alpha {plan.alpha:g}" if plan.rank else "all weights"
    economy = ", gradient checkpointing" if cut.gradient_checkpointing else ""
    said = [
        Note(
            f"{len(material.train)} rows, {material.tokens} tokens an epoch, {plan.epochs} epochs; "
            f"{adapter}, learning rate {plan.rate:.2g}, batch {plan.batch_size} "
            f"({cut.rows_at_once} at once{economy}); about {cut.needed / 2**30:.1f} GiB."
        )
    ]
    if base.adapter is not None:
        said.append(Note("Going on from the adapter of the model given."))
    if rehearsed:
        said.append(Note(f"{rehearsed} rows that the model was taught before are rehearsed."))
    if stop is not None:
        said.append(Note(f"Answers end with {stop}, which becomes the model's end token."))
    elif not material.stops:
        said.append(
            Note(
                "The model's chat template ends answers with no end token: it may not stop.", "warn"
            )
        )
    if spec.lora is not None and spec.lora.packing and spec.method == "dpo":
        said.append(Note("Pairs are not packed; packing is ignored.", "warn"))
    return tuple(said)
