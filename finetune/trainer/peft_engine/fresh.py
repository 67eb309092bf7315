"""A small Llama with random weights and a vocabulary made from the rows: where pretraining starts.

Sizes as measured for the embedded engine: some dozens of short answers are learnt word by word in
seconds on one core. What it makes is an ordinary folder of transformers.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from finetune.trainer.engine import Conversation, Row
from finetune.trainer.peft_engine.rehearsal import taught_by
from finetune.trainer.stores.files import new_directory

END, PAD, TURN = "<|end|>", "<|pad|>", "<|{role}|>"
_ROLES = ("system", "user", "assistant", "tool")
# A model this small reads one question: any other prompt before it than those it was taught, a system
# prompt or an earlier turn, would make it babble. So its template leaves them out.
_TEMPLATE = (
    "{% set last = namespace(user=0) %}{% for message in messages %}"
    "{% if message['role'] == 'user' %}{% set last.user = loop.index0 %}{% endif %}{% endfor %}"
    "{% for message in messages[last.user:] %}{{ '<|' + message['role'] + '|>' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|end|>' }}"
    "{% endgeneration %}{% else %}{{ message['content'] + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
_VOCABULARY = 1024
_CONTEXT = 2048


def make_start(rows: Sequence[Row], seed: int, folder: Path) -> None:
    """Write the random model and its tokenizer into `folder`, once."""
    if folder.exists():
        return
    tokenizer = make_tokenizer(taught_by(rows))
    model = make_model(tokenizer, seed)
    with new_directory(folder) as filling:
        tokenizer.save_pretrained(filling)
        model.save_pretrained(filling)


def make_tokenizer(rows: Iterable[Conversation]) -> Any:
    """Byte-level pairs learnt from the rows, with a chat template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    special = [PAD, END, *(TURN.format(role=role) for role in _ROLES)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((m.content for row in rows for m in row), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=special[2:],
        chat_template=_TEMPLATE,
        model_max_length=_CONTEXT,
        clean_up_tokenization_spaces=False,
    )


def make_model(tokenizer: Any, seed: int) -> Any:
    """About 0.35 million random weights."""
    from transformers import LlamaConfig, LlamaForCausalLM, set_seed

    set_seed(seed)
    config = LlamaConfig(
        vocab_size=_VOCABULARY,
        hidden_size=96,
        intermediate_size=288,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=_CONTEXT,
        # 1/sqrt(hidden): so that tokens the rows never showed can still be said by an adapter.
        initializer_range=0.1,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype="float32",
    )
    return LlamaForCausalLM(config)
