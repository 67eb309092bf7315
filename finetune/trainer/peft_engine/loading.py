"""From names to things in memory: configuration, tokenizer, weights, adapter.

transformers' own `from_pretrained` does the work, for a folder or a hub id; what goes wrong there
becomes one line for the client. Weights are bfloat16 on a GPU that has it, otherwise float32.
"""

import contextlib
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

from finetune.trainer.engine import EngineRefusal, Unsupported
from finetune.trainer.peft_engine.base import Base

# For a base without a chat template: role, text and the end token, each turn on its own lines.
PLAIN_TEMPLATE = (
    "{{ bos_token or '' }}{% for message in messages %}{{ message['role'] + ':\\n' + message['content']"
    " + eos_token + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:\\n' }}{% endif %}"
)

# Left out, transformers asks whoever sits at the terminal whether the code in a model's repository may
# run here; no model of ours brings code.
_TRUSTING_NOBODY = {"trust_remote_code": False}


def has_gpu() -> bool:
    """Whether there is a CUDA device to train on."""
    return bool(torch.cuda.is_available())


def number_type() -> Any:
    """The type of the frozen weights here."""
    return torch.bfloat16 if has_gpu() and torch.cuda.is_bf16_supported() else torch.float32


def read_config(base: Base) -> Any:
    """The model's configuration. Raises EngineRefusal."""
    with _explained(base.source):
        return AutoConfig.from_pretrained(base.source, **_TRUSTING_NOBODY, **base.pinned)


def read_tokenizer(base: Base) -> Any:
    """The tokenizer with a chat template and a padding token. Raises EngineRefusal."""
    pinned = {} if base.adapter else base.pinned
    with _explained(base.tokenizer):
        tokenizer = AutoTokenizer.from_pretrained(base.tokenizer, **_TRUSTING_NOBODY, **pinned)
    if not tokenizer.is_fast:
        raise Unsupported(
            f"{base.source} has no fast tokenizer: answers cannot be told from prompts."
        )
    if tokenizer.eos_token is None:
        raise Unsupported(f"{base.source} has no end-of-text token, so it could never stop.")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if not tokenizer.chat_template:
        tokenizer.chat_template = PLAIN_TEMPLATE
    return tokenizer


def read_weights(base: Base, *, four_bit: bool = False) -> Any:
    """The base model without an adapter, frozen or not as it comes. Raises EngineRefusal."""
    logging.disable_progress_bar()  # standard error is the server's log
    options: dict[str, Any] = {"dtype": number_type(), **_TRUSTING_NOBODY, **base.pinned}
    if four_bit:
        options["quantization_config"] = quantisation()
        options["device_map"] = {"": torch.cuda.current_device()}
    with _explained(base.source):
        return AutoModelForCausalLM.from_pretrained(base.source, **options)


def empty_model(config: Any) -> Any:
    """The model's modules without their numbers, for counting. Raises EngineRefusal."""
    with _explained(str(config.name_or_path)), torch.device("meta"):
        return AutoModelForCausalLM.from_config(config, **_TRUSTING_NOBODY)


def quantisation() -> Any:
    """Weights in 4 bits as in QLoRA: NormalFloat, constants quantised too (arXiv:2305.14314)."""
    refuse_four_bit()
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=number_type(),
    )


def refuse_quantised(config: Any, base: Base) -> None:
    """Raises Unsupported for weights that are quantised already, before anything is downloaded."""
    if said := getattr(config, "quantization_config", None):
        kind = said.get("quant_method") if isinstance(said, dict) else None
        raise Unsupported(
            f"{base.source} is quantised already ({kind or 'in an unknown way'}): train on the model "
            "it was made from, with four_bit where memory is short.",
            "model",
        )


def refuse_four_bit() -> None:
    """Raises Unsupported where weights in 4 bits cannot be had."""
    if not has_gpu():
        raise Unsupported("four_bit needs a CUDA GPU, and there is none here.", "lora.four_bit")
    if find_spec("bitsandbytes") is None:
        raise Unsupported(
            "four_bit needs bitsandbytes: pip install bitsandbytes on the trainer's machine.",
            "lora.four_bit",
        )


@contextlib.contextmanager
def _explained(source: str) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EngineRefusal(f"The base model {source} cannot be read: {first[:200]}") from error
