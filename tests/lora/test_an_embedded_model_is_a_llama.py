"""A model folder of the embedded engine, read by transformers: the same scores, the same tokens."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from finetune.dataset.example import normalise
from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.decode import Decoder
from finetune.trainer.embedded.rows import Row
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.vocabulary import Vocabulary

ROWS = (
    Row("When does the first ferry leave?", "The first ferry leaves at 6:10."),
    Row("犬は船に乗れますか。", "犬はかごに入れれば乗れます。"),
)
BEFORE = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Good day."},
    {"role": "assistant", "content": "Good day."},
]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """Random weights, large enough that no two scores are alike."""
    vocabulary = Vocabulary.learn([text for row in ROWS for text in (row.key, row.answer)], 1024)
    dice, shape = np.random.default_rng(7), Shape(width=48, hidden=80, layers=3)
    weights = {
        name: (1.0 + dice.normal(0, 0.1, size) if len(size) == 1 else dice.normal(0, 0.2, size))
        for name, size in shape.tensors().items()
    }
    arrays = {name: value.astype(np.float32) for name, value in weights.items()}
    return Bundle(shape, vocabulary, arrays, ROWS, (32, 64), 0.6)


@pytest.fixture(scope="module")
def folder(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("llama")
    bundle.write(path)
    return path


@pytest.fixture(scope="module")
def llama(folder: Path) -> torch.nn.Module:
    model, told = AutoModelForCausalLM.from_pretrained(folder, output_loading_info=True)
    assert not told["missing_keys"]
    assert not told["unexpected_keys"]
    return model.eval()


def test_transformers_gives_every_next_token_the_same_score(
    bundle: Bundle, llama: torch.nn.Module
) -> None:
    ids = np.random.default_rng(3).integers(0, bundle.shape.vocabulary, (2, 200))
    ours = Decoder(bundle.shape, bundle.weights).logprobs(ids)
    with torch.no_grad():
        theirs = torch.log_softmax(llama(torch.tensor(ids)).logits, dim=-1).numpy()
    assert np.abs(ours - theirs).max() < 1e-4


def test_transformers_goes_on_with_the_same_tokens(bundle: Bundle, llama: torch.nn.Module) -> None:
    prompt = bundle.vocabulary.prompt(ROWS[0].key)
    ours = Decoder(bundle.shape, bundle.weights).generate([prompt], [24])[0].ids
    theirs = llama.generate(torch.tensor([prompt]), max_new_tokens=24)
    assert theirs[0, len(prompt) :].tolist()[: len(ours)] == ours


def test_its_chat_template_gives_the_prompt_the_model_was_trained_on(
    bundle: Bundle, folder: Path
) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    chat = [*BEFORE, {"role": "user", "content": ROWS[0].question + " "}]
    asked = tokenizer.apply_chat_template(chat, add_generation_prompt=True)["input_ids"]
    assert asked == bundle.vocabulary.prompt(normalise(ROWS[0].question))


def test_its_tokenizer_reads_every_script_back(bundle: Bundle, folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = bundle.vocabulary.answer(ROWS[1].answer)
    assert tokenizer.decode(ids, skip_special_tokens=True) == ROWS[1].answer
    assert ids[-1] == tokenizer.eos_token_id
