"""Which tokens are learnt, for chat templates of several kinds, and that the loss is on them only."""

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from finetune.trainer.engine import (
    Asking,
    Conversation,
    Hyperparameters,
    Lora,
    Sampling,
    TaughtMessage,
    UnusableRows,
)
from finetune.trainer.peft_engine.base import read_base
from finetune.trainer.peft_engine.dialogue import Dialogues, TokenRow
from finetune.trainer.peft_engine.engine import PeftEngine
from finetune.trainer.peft_engine.loading import PLAIN_TEMPLATE, read_tokenizer
from tests.lora.small_llama import ANSWERS, QUESTIONS, ROWS, Told, spec, taught

CHATML = (
    "{% for m in messages %}{{ '<|user|>' + m['role'] + '\n' + m['content'] + '<|end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|user|>assistant\n' }}{% endif %}"
)
MARKED = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{% generation %}{{ m['content'] + '<|end|>' }}"
    "{% endgeneration %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
# Writes an empty thought before the last answer only, as reasoning models do.
THINKING = (
    "{% for m in messages %}{{ '<|user|>' + m['role'] + '\n' }}"
    "{% if m['role'] == 'assistant' and loop.last %}{{ '<think></think>' }}{% endif %}"
    "{{ m['content'] + '<|end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|user|>assistant\n' }}{% endif %}"
)
# Asks for an answer by words that it does not write before one.
OTHERWISE = CHATML.replace("'<|user|>assistant\n'", "'Now you:'")
TRIMMING = CHATML.replace("m['content'] +", "(m['content'] | trim) +")
TOOLS = "{% if tools %}{{ tools | tojson }}{% endif %}" + CHATML.replace(
    "m['content']",
    "m['content'] + (m['tool_calls'][0]['function']['arguments']['room'] if m['tool_calls'] else '')",
)


@pytest.fixture
def tokenizer(llama: Path) -> PreTrainedTokenizerFast:
    return read_tokenizer(read_base(llama))


def learnt(tokenizer: Any, rows: list[TokenRow]) -> list[str]:
    """The text that is learnt, for each row."""
    return [
        tokenizer.decode([i for i, mine in zip(row.ids, row.learnt, strict=True) if mine])
        for row in rows
    ]


def two_turns(**last: Any) -> Conversation:
    first, second = ROWS[0], ROWS[1]
    answer = TaughtMessage(role="assistant", content=second[1].content, **last)
    return Conversation((*first, second[0], answer))


@pytest.mark.parametrize("template", [MARKED, CHATML, TRIMMING, PLAIN_TEMPLATE])
def test_both_answers_and_their_ends_are_learnt_and_nothing_else(
    tokenizer: PreTrainedTokenizerFast, template: str
) -> None:
    tokenizer.chat_template = template
    rows = Dialogues(tokenizer).rows(two_turns())
    assert learnt(tokenizer, rows) == [f"{ANSWERS[0]}<|end|>{ANSWERS[1]}<|end|>"]


def test_where_earlier_answers_are_written_otherwise_each_answer_is_a_row(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    tokenizer.chat_template = THINKING
    rows = Dialogues(tokenizer).rows(two_turns())
    assert learnt(tokenizer, rows) == [f"<think></think>{a}<|end|>" for a in ANSWERS[:2]]
    assert "<think>" not in tokenizer.decode(rows[1].ids).split(QUESTIONS[1])[0]


def test_an_answer_of_weight_0_is_read_and_not_learnt(tokenizer: PreTrainedTokenizerFast) -> None:
    rows = Dialogues(tokenizer).rows(two_turns(weight=0))
    assert learnt(tokenizer, rows) == [f"{ANSWERS[0]}<|end|>"]


def test_tools_and_calls_go_through_the_template(tokenizer: PreTrainedTokenizerFast) -> None:
    tokenizer.chat_template = TOOLS
    call = {"id": "1", "function": {"name": "book", "arguments": '{"room": "101"}'}}
    row = Conversation(
        (ROWS[0][0], TaughtMessage(role="assistant", content="", tool_calls=(call,))),
        [{"type": "function", "function": {"name": "book"}}],
    )
    rows = Dialogues(tokenizer).rows(row)
    assert learnt(tokenizer, rows) == ["101<|end|>"]
    assert '"name": "book"' in tokenizer.decode(rows[0].ids)


def test_tools_are_refused_where_the_template_has_no_place_for_them(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    row = Conversation(ROWS[0], [{"type": "function", "function": {"name": "book"}}])
    with pytest.raises(UnusableRows, match="no place for tools"):
        Dialogues(tokenizer).rows(row)


def test_what_cannot_be_told_from_the_prompt_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    tokenizer.chat_template = OTHERWISE
    with pytest.raises(UnusableRows, match="cannot be told from the prompt"):
        Dialogues(tokenizer).rows(ROWS[0])


def test_what_the_template_refuses_is_refused_with_its_words(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    tokenizer.chat_template = "{{ raise_exception('System role not supported') }}"
    with pytest.raises(UnusableRows, match="refuses it: System role not supported"):
        Dialogues(tokenizer).rows(ROWS[0])


def test_the_loss_is_that_of_the_answers_tokens(llama: Path, tmp_path: Path) -> None:
    told = Told()
    once = Hyperparameters(n_epochs=1, batch_size=4)
    long = [taught(QUESTIONS[i] + " Tell me at once, please." * i, ANSWERS[i]) for i in range(4)]
    PeftEngine().train(spec(llama, tmp_path / "m", rows=long, hyperparameters=once), told)
    base = read_base(llama)
    model, tokenizer = AutoModelForCausalLM.from_pretrained(base.source), read_tokenizer(base)
    losses = []
    for row in long:
        start = tokenizer("<|user|>" + row[0].content + "<|end|><|assistant|>")["input_ids"]
        answer = tokenizer(row[1].content + "<|end|>")["input_ids"]
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([start + answer])).logits[0, len(start) - 1 : -1]
        losses.append(
            torch.nn.functional.cross_entropy(logits, torch.tensor(answer), reduction="none")
        )
    assert told.steps[0].train_loss == pytest.approx(float(torch.cat(losses).mean()), abs=1e-4)


def test_packed_rows_see_nothing_of_each_other(llama: Path, tmp_path: Path) -> None:
    first: dict[bool, float] = {}
    for packing in (False, True):
        told = Told()
        once = Hyperparameters(n_epochs=1, batch_size=20)
        lora = Lora(packing=packing)
        order = spec(llama, tmp_path / f"{packing}", hyperparameters=once, lora=lora)
        PeftEngine().train(order, told)
        assert len(told.steps) == 1
        first[packing] = told.steps[0].train_loss
    # float32, the sums in another order
    assert first[True] == pytest.approx(first[False], abs=1e-4)


def test_a_base_whose_end_token_is_not_its_templates_learns_to_stop(
    llama: Path, tmp_path: Path
) -> None:
    """Base models with a chat template: it ends turns by a token that ends no text."""
    source, base = read_base(llama).source, tmp_path / "base"
    model, tokenizer = (
        AutoModelForCausalLM.from_pretrained(source),
        read_tokenizer(read_base(llama)),
    )
    assert tokenizer.eos_token == "<|end|>"
    tokenizer.eos_token = "<|pad|>"
    model.config.eos_token_id = model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(base)
    tokenizer.save_pretrained(base)
    told = Told()
    chosen = Hyperparameters(n_epochs=30, batch_size=2)
    order = spec(base, tmp_path / "m", rows=ROWS[:2], hyperparameters=chosen, lora=Lora(rank=32))
    PeftEngine().train(order, told)
    said = [note.message for note in told.notes]
    assert "Answers end with <|end|>, which becomes the model's end token." in said
    served = PeftEngine().load(order.out)
    *parts, end = served.chat(Asking([{"role": "user", "content": QUESTIONS[0]}], Sampling()))
    assert "".join(part.text for part in parts) == ANSWERS[0]
    assert end.finish_reason == "stop"
