"""A model's folder: what is written is read again, and folders of before are read too."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.rows import Row
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.vocabulary import Vocabulary
from finetune.trainer.stores.files import write_json

ROWS = (Row("tea or milk?", "Take the tea."),)


@pytest.fixture
def bundle() -> Bundle:
    shape = Shape(vocabulary=300, width=16, heads=2, hidden=24, context=64)
    vocabulary = Vocabulary.learn(["tea or milk? Take the tea."], shape.vocabulary)
    random = np.random.default_rng(0)
    weights = {
        name: random.normal(size=size).astype(np.float32) for name, size in shape.tensors().items()
    }
    return Bundle(shape, vocabulary, weights, ROWS, (32, 48), 0.55)


def same(one: Bundle, other: Bundle) -> bool:
    weights = all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)
    rest = [(b.shape, b.rows, b.lengths, b.threshold, b.vocabulary.write()) for b in (one, other)]
    return weights and one.weights.keys() == other.weights.keys() and rest[0] == rest[1]


def test_a_written_model_is_read_again_bit_by_bit(bundle: Bundle, tmp_path: Path) -> None:
    bundle.write(tmp_path)
    assert same(Bundle.read(tmp_path), bundle)


def test_a_folder_in_the_layout_of_before_is_read_too(bundle: Bundle, tmp_path: Path) -> None:
    save_file(dict(bundle.weights), tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_text(bundle.vocabulary.write())
    write_json(tmp_path / "rows.json", [asdict(row) for row in bundle.rows])
    settings = {"engine": "embedded", "threshold": 0.55, "lengths": [32, 48]}
    write_json(tmp_path / "config.json", settings | {"shape": asdict(bundle.shape)})
    assert same(Bundle.read(tmp_path), bundle)


def test_weights_are_kept_under_the_names_of_a_llama(bundle: Bundle, tmp_path: Path) -> None:
    bundle.write(tmp_path)
    kept = load_file(tmp_path / "model.safetensors")
    down = kept["model.layers.1.mlp.down_proj.weight"]
    assert np.array_equal(down, bundle.weights["1.down"].T)
    assert down.shape == (16, 24)
