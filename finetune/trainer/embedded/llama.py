"""The embedded decoder in the layout Hugging Face gives its Llama models, so that others can load it.

`config.json`, the names and directions of the weights, and the prompt as a chat template; between
`bundle` and whatever reads such folders (transformers, vLLM, llama.cpp's converter). Our matrices
are applied from the right, torch's from the left: every one is transposed. The rotary halves lie as
in Hugging Face's Llama already.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from finetune.trainer.embedded.shape import EPSILON, ROPE_BASE, Shape
from finetune.trainer.embedded.vocabulary import END, PAD, SPECIALS

_ASK, _SAY, _END = SPECIALS[1:]
_LAYER = {
    "attention_norm": "input_layernorm",
    "query": "self_attn.q_proj",
    "key": "self_attn.k_proj",
    "value": "self_attn.v_proj",
    "output": "self_attn.o_proj",
    "hidden_norm": "post_attention_layernorm",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}
# The prompt as it was trained: the last question alone. Case folding and NFKC are not to be had in a
# template; lower case and single spaces come near.
_TEMPLATE = (
    "{%- set last = namespace(question='', answer=none) -%}"
    "{%- for message in messages -%}"
    "{%- if message['role'] == 'user' -%}"
    "{%- set last.question = message['content'] -%}{%- set last.answer = none -%}"
    "{%- elif message['role'] == 'assistant' -%}"
    "{%- set last.answer = message['content'] -%}"
    "{%- endif -%}"
    "{%- endfor -%}"
    f"{{{{- '{_ASK}' + last.question | lower | trim + '{_SAY}' -}}}}"
    "{%- if last.answer is not none and not add_generation_prompt -%}"
    f"{{% generation %}}{{{{- last.answer + '{_END}' -}}}}{{% endgeneration %}}"
    "{%- endif -%}"
)


def config(shape: Shape) -> dict[str, Any]:
    """`config.json`."""
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "intermediate_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "head_dim": shape.head_width,
        "max_position_embeddings": shape.context,
        "hidden_act": "silu",
        "rms_norm_eps": EPSILON,
        "rope_theta": ROPE_BASE,
        "rope_parameters": {"rope_type": "default", "rope_theta": ROPE_BASE},
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": None,
        "eos_token_id": END,
        "pad_token_id": PAD,
        "torch_dtype": "float32",
        "dtype": "float32",
    }


def shape_of(kept: Mapping[str, Any]) -> Shape:
    """The shape told by a `config.json` that `config` has made."""
    return Shape(
        vocabulary=kept["vocab_size"],
        width=kept["hidden_size"],
        layers=kept["num_hidden_layers"],
        heads=kept["num_attention_heads"],
        hidden=kept["intermediate_size"],
        context=kept["max_position_embeddings"],
    )


def tokenizer_config(shape: Shape) -> dict[str, Any]:
    """`tokenizer_config.json`."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.context,
        "eos_token": _END,
        "pad_token": SPECIALS[PAD],
        "clean_up_tokenization_spaces": False,
        "chat_template": _TEMPLATE,
    }


def generation_config(shape: Shape) -> dict[str, Any]:
    """`generation_config.json`: the likeliest token each time, as here."""
    return {
        "do_sample": False,
        "eos_token_id": END,
        "pad_token_id": PAD,
        "max_length": shape.context,
    }


def to_llama(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Our weights under Llama's names."""
    return {_named(name): _turned(name, weights[name]) for name in weights}


def from_llama(kept: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """Llama's weights under our names."""
    return {name: _turned(name, kept[_named(name)]) for name in shape.tensors()}


def _named(name: str) -> str:
    if name == "embed":
        return "model.embed_tokens.weight"
    if name == "norm":
        return "model.norm.weight"
    layer, part = name.split(".")
    return f"model.layers.{layer}.{_LAYER[part]}.weight"


def _turned(name: str, value: Any) -> Any:
    array = np.asarray(value, np.float32)
    if name == "embed" or array.ndim == 1:
        return array
    return np.ascontiguousarray(array.T)
