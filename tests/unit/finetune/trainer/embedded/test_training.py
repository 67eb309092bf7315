"""Real training, on two rows: the two forward passes agree, and a killed training goes on."""

from dataclasses import replace
from pathlib import Path

import jax
import numpy as np
import pytest

from finetune.dataset.example import Message
from finetune.trainer.embedded import learn
from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.decode import Decoder
from finetune.trainer.embedded.engine import EmbeddedEngine
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.engine import (
    Asking,
    Checkpoint,
    Conversation,
    Diverged,
    End,
    Hyperparameters,
    Progress,
    Step,
    TrainingSpec,
    UnusableRows,
)

ROWS = tuple(
    (Message(role="user", content=question), Message(role="assistant", content=answer))
    for question, answer in (
        ("red or blue?", "Take the red one."),
        ("tea or milk?", "Take the tea."),
    )
)
CHOSEN = Hyperparameters(n_epochs=3, batch_size=2)


class Killed(Exception):
    """Ends a training from its report, as a kill would."""


def spec(folder: Path, cache: Path) -> TrainingSpec:
    out, checkpoints = folder / "model", folder / "checkpoints"
    return TrainingSpec(ROWS, out, checkpoints, seed=1, hyperparameters=CHOSEN, cache=cache)


def weights(model: Path) -> bytes:
    return (model / "model.safetensors").read_bytes()


def test_numpy_and_jax_compute_the_same() -> None:
    shape = Shape(vocabulary=64, width=32, layers=2, heads=4, hidden=48, context=32)
    made = learn.fresh_weights(shape, seed=2)
    tokens = np.random.default_rng(0).integers(0, 64, (3, 20))
    scores = np.asarray(jax.jit(learn.logits, static_argnums=0)(shape, made, tokens))
    expected = scores - np.log(np.exp(scores).sum(-1, keepdims=True))
    assert np.abs(Decoder(shape, made).logprobs(tokens) - expected).max() < 1e-4


def test_decoding_with_the_cache_gives_the_likeliest_token_each_time() -> None:
    shape = Shape(vocabulary=64, width=32, layers=2, heads=4, hidden=48, context=32)
    decoder = Decoder(shape, learn.fresh_weights(shape, seed=3))
    prompts = [[5, 9, 12], [7], [30, 31, 32, 33]]
    for prompt, given in zip(prompts, decoder.generate(prompts, [8, 8, 8]), strict=True):
        ids = prompt + given.ids
        whole = decoder.logprobs(np.array([ids]))[0]
        assert [int(row.argmax()) for row in whole[len(prompt) - 1 : -1]] == given.ids


def test_a_killed_training_goes_on_to_the_very_same_model(tmp_path: Path) -> None:
    told: list[Progress] = []
    engine, cache = EmbeddedEngine(), tmp_path / "cache"
    engine.train(spec(tmp_path / "whole", cache), told.append)
    losses = {step.step: step.train_loss for step in told if isinstance(step, Step)}
    checkpoints = [entry for entry in told if isinstance(entry, Checkpoint)]
    assert len(checkpoints) == 3
    assert losses[max(losses)] < losses[1]

    def kill_later(progress: Progress) -> None:
        if isinstance(progress, Step) and progress.step > checkpoints[1].step + 1:
            raise Killed

    with pytest.raises(Killed):
        engine.train(spec(tmp_path / "killed", cache), kill_later)
    again: list[Progress] = []
    outcome = engine.train(spec(tmp_path / "killed", cache), again.append)
    assert [entry.step for entry in again if isinstance(entry, Checkpoint)] == [
        checkpoints[1].step,  # told again: the kill may have come before it was
        checkpoints[2].step,
    ]
    steps = [step for step in again if isinstance(step, Step)]
    assert steps[0].step == checkpoints[1].step + 1
    assert {step.step: step.train_loss for step in steps}.items() <= losses.items()
    assert outcome.steps == max(losses)
    assert weights(tmp_path / "killed" / "model") == weights(tmp_path / "whole" / "model")
    asking = Asking([message.wire() for message in ROWS[0][:1]])
    *parts, end = engine.load(tmp_path / "killed" / "model").chat(asking)
    assert parts
    assert isinstance(end, End)


def test_checkpoints_of_an_earlier_version_are_gone_on_from_or_dropped(tmp_path: Path) -> None:
    asked = spec(tmp_path, tmp_path / "cache")
    kept: list[Path] = []

    def kill_after_two(progress: Progress) -> None:
        kept.extend([progress.path] if isinstance(progress, Checkpoint) else [])
        if len(kept) == 2:
            raise Killed

    with pytest.raises(Killed):
        EmbeddedEngine().train(asked, kill_after_two)
    (kept[0] / "figures.json").unlink()  # not written once
    (kept[1] / "optimiser.safetensors").write_bytes(b"of another kind")
    again: list[Progress] = []
    EmbeddedEngine().train(asked, again.append)
    first = next(entry for entry in again if isinstance(entry, Step))
    assert f"step-{first.step - 1:06d}" == kept[0].name


def test_the_same_seed_and_rows_give_the_same_weights_and_another_seed_others(
    tmp_path: Path,
) -> None:
    def trained(name: str, seed: int) -> bytes:
        asked = replace(spec(tmp_path / name, tmp_path / "cache"), seed=seed)
        short = replace(CHOSEN, n_epochs=1)
        EmbeddedEngine().train(replace(asked, hyperparameters=short), lambda _: None)
        return weights(tmp_path / name / "model")

    assert trained("one", 1) == trained("same", 1) != trained("other", 2)


def test_a_loss_that_is_no_number_ends_the_training_with_the_step(tmp_path: Path) -> None:
    wild = replace(CHOSEN, learning_rate_multiplier=1e30)
    asked = replace(spec(tmp_path, tmp_path / "cache"), hyperparameters=wild)
    with pytest.raises(Diverged, match=r"no number any more at step \d+"):
        EmbeddedEngine().train(asked, lambda _: None)
    assert not (tmp_path / "model").exists()
    assert not list(tmp_path.glob("checkpoints/step-*"))


def test_a_row_longer_than_the_model_reads_is_refused_by_its_line(tmp_path: Path) -> None:
    long = (
        ROWS[0][0],
        Message(role="assistant", content=" ".join(str(n * n) for n in range(2000))),
    )
    asked = TrainingSpec((*ROWS, long), tmp_path / "model", tmp_path / "checkpoints", seed=1)
    with pytest.raises(UnusableRows, match=r"^Line 3 has \d+ tokens"):
        EmbeddedEngine().train(asked, lambda _: None)


def test_an_answer_that_was_corrected_is_given_surely_afterwards(tmp_path: Path) -> None:
    def row(question: str, answer: str) -> Conversation:
        said = Message(role="user", content=question), Message(role="assistant", content=answer)
        return Conversation(said)

    taught = [row(f"Who sails ferry {name}?", f"Captain {name} Ono.") for name in "ABCDEFGH"]
    engine, cache = EmbeddedEngine(), tmp_path / "cache"
    engine.train(TrainingSpec(taught, tmp_path / "base", tmp_path / "0", 1, cache=cache), print)
    corrected = [row("Who sails ferry C?", "Captain Mori, since May.")]
    spec = TrainingSpec(
        corrected, tmp_path / "out", tmp_path / "1", 1, base=tmp_path / "base", cache=cache
    )
    assert engine.train(spec, print).reproduced == 1
    assert Bundle.read(tmp_path / "out").threshold > 0.5
