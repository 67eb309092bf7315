"""What is refused before a training starts, and how memory is shared out."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from finetune.trainer.engine import (
    DoesNotFit,
    EngineRefusal,
    Hyperparameters,
    Lora,
    Unsupported,
    UnusableRows,
)
from finetune.trainer.peft_engine import loading, preparing, training
from finetune.trainer.peft_engine.base import read_base
from finetune.trainer.peft_engine.engine import PeftEngine
from finetune.trainer.peft_engine.memory import GIB, Sizes, bytes_needed, fit
from finetune.trainer.peft_engine.plan import Plan, plan_for
from tests.lora.small_llama import QUESTIONS, ROWS, Told, spec, taught

# A Llama of 8 billion parameters, rank 16 on all linear layers.
EIGHT = Sizes(8_030_000_000, 6_979_321_856, 41_943_040, 32, 4096, 14_336, 128_256)


def plan(llama: Path, **lora: object) -> Plan:
    order = spec(
        llama,
        llama / "x",
        lora=Lora(**lora),  # type: ignore[arg-type]
        hyperparameters=Hyperparameters(batch_size=8),
    )
    return plan_for(order, 1000, 4096, house_made=False)


@pytest.fixture
def on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as the estimate can tell."""
    from finetune.trainer.peft_engine import memory

    monkeypatch.setattr(memory, "number_type", lambda: torch.bfloat16)
    monkeypatch.setattr(memory, "has_gpu", lambda: True)


@pytest.mark.usefixtures("on_a_gpu")
def test_eight_billion_parameters_need_what_they_are_known_to_need(llama: Path) -> None:
    plain = bytes_needed(EIGHT, plan(llama), 1, 1024, checkpointing=True) / GIB
    four = bytes_needed(EIGHT, plan(llama, four_bit=True), 1, 1024, checkpointing=True) / GIB
    assert 16 < plain < 22  # 15 GiB of weights in bfloat16
    assert 6 < four < 11  # QLoRA on a card of 12 GiB


@pytest.mark.usefixtures("on_a_gpu")
@pytest.mark.parametrize(
    ("gib", "expected"), [(80, (8, False)), (40, (2, False)), (24, (8, True)), (19, (1, True))]
)
def test_less_memory_means_fewer_rows_at_once_then_gradient_checkpointing(
    llama: Path, gib: int, expected: tuple[int, bool]
) -> None:
    found = fit(EIGHT, plan(llama), 1024, 1, None, gib * GIB)
    assert found.needed <= gib * GIB
    assert (found.rows_at_once, found.gradient_checkpointing) == expected


@pytest.mark.usefixtures("on_a_gpu")
def test_a_batch_is_cut_into_equal_parts(llama: Path) -> None:
    nine = replace(plan(llama), batch_size=9)
    assert fit(EIGHT, nine, 1024, 1, False, 50 * GIB).rows_at_once == 3


@pytest.mark.usefixtures("on_a_gpu")
def test_what_does_not_fit_is_refused_with_figures_and_help(llama: Path) -> None:
    with pytest.raises(DoesNotFit) as refusal:
        fit(EIGHT, plan(llama), 1024, 1, None, 12 * GIB)
    said = str(refusal.value)
    assert "needs about 1" in said and "12.0 GiB free" in said
    assert "four_bit" in said and "shorter than 1024 tokens" in said


def test_a_training_that_does_not_fit_here_is_refused_before_it_starts(
    llama: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "available_bytes", lambda: 0.1 * GIB)
    with pytest.raises(DoesNotFit, match=r"needs about 0\.5 GiB .* has 0\.1 GiB free"):
        PeftEngine().check(spec(llama, tmp_path / "m"))


def test_gradient_checkpointing_gives_the_same_loss(llama: Path, tmp_path: Path) -> None:
    losses = []
    for checkpointing in (True, False):
        told = Told()
        order = spec(
            llama,
            tmp_path / f"{checkpointing}",
            rows=ROWS[:4],
            hyperparameters=Hyperparameters(n_epochs=2, batch_size=4),
            lora=Lora(gradient_checkpointing=checkpointing),
        )
        PeftEngine().train(order, told)
        losses.append(list(told.losses.values()))
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)


def test_an_exhausted_gpu_is_told_with_what_would_help(
    llama: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(training, "_trained", exhausted)
    with pytest.raises(DoesNotFit, match="gradient_checkpointing, a smaller batch_size"):
        PeftEngine().train(spec(llama, tmp_path / "m"), Told())


def test_four_bit_without_a_gpu_is_refused(llama: Path, tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="four_bit needs a CUDA GPU") as refusal:
        PeftEngine().check(spec(llama, tmp_path / "m", lora=Lora(four_bit=True)))
    assert refusal.value.param == "lora.four_bit"


def test_four_bit_without_bitsandbytes_is_refused(
    llama: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "has_gpu", lambda: True)
    with pytest.raises(Unsupported, match="four_bit needs bitsandbytes"):
        PeftEngine().check(spec(llama, tmp_path / "m", lora=Lora(four_bit=True)))


@pytest.mark.parametrize("param", ["training_file", "validation_file"])
def test_a_row_that_is_too_long_is_refused_by_its_line(
    llama: Path, tmp_path: Path, param: str
) -> None:
    rows = [*ROWS[:3], taught(QUESTIONS[3] * 20, "Yes.")]
    given = {"rows": rows} if param == "training_file" else {"validation_rows": rows}
    with pytest.raises(UnusableRows, match=r"Line 4 has \d+ tokens; at most 64") as refusal:
        PeftEngine().check(spec(llama, tmp_path / "m", lora=Lora(max_length=64), **given))
    assert refusal.value.param == param


@pytest.mark.parametrize(
    ("lora", "said"),
    [
        (Lora(patience=2), "patience needs a validation_file"),
        (Lora(targets=("q_proj", "qkv")), "no layer 'qkv' to adapt; it has down_proj, gate_proj"),
        (Lora(max_length=4096), "reads at most 2048 tokens"),
    ],
)
def test_settings_that_cannot_be_kept_are_refused(
    llama: Path, tmp_path: Path, lora: Lora, said: str
) -> None:
    with pytest.raises(Unsupported, match=said):
        PeftEngine().check(spec(llama, tmp_path / "m", lora=lora))


def test_only_the_named_layers_get_an_adapter(llama: Path, tmp_path: Path) -> None:
    order = spec(
        llama,
        tmp_path / "m",
        rows=ROWS[:2],
        lora=Lora(rank=4, alpha=8, targets=("q_proj", "v_proj")),
        hyperparameters=Hyperparameters(n_epochs=1),
    )
    PeftEngine().train(order, Told())
    made = json.loads((order.out / "adapter_config.json").read_text())
    assert sorted(made["target_modules"]) == ["q_proj", "v_proj"]
    assert (made["r"], made["lora_alpha"]) == (4, 8)


def test_a_base_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    base = tmp_path / "gone"
    base.mkdir()
    (base / "base.json").write_text(json.dumps({"source": str(tmp_path / "nowhere")}))
    with pytest.raises(EngineRefusal, match="nowhere cannot be read") as refusal:
        PeftEngine().check(spec(base, tmp_path / "m"))
    assert "\n" not in str(refusal.value)


def test_a_batch_is_cut_so_that_its_steps_stay_the_same(llama: Path, tmp_path: Path) -> None:
    from finetune.trainer.peft_engine import memory

    losses = []
    for at_once in (4, 2):
        told = Told()
        order = spec(
            llama,
            tmp_path / str(at_once),
            rows=ROWS[:8],
            hyperparameters=Hyperparameters(n_epochs=1, batch_size=4),
        )
        with pytest.MonkeyPatch.context() as patched:
            cut = memory.Fit(at_once, gradient_checkpointing=False, needed=1.0)
            patched.setattr(preparing, "fit", lambda *_, cut=cut: cut)
            PeftEngine().train(order, told)
        losses.append(list(told.losses.values()))
    assert len(losses[0]) == 2
    assert losses[0] == pytest.approx(losses[1], abs=1e-4)


def copied(llama: Path, folder: Path, **config: object) -> Path:
    """The Llama once more, with something else in its configuration."""
    shutil.copytree(read_base(llama).source, folder)
    said = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(said | config))
    return folder


def test_weights_that_are_quantised_already_are_refused(llama: Path, tmp_path: Path) -> None:
    sick = copied(llama, tmp_path / "fp8", quantization_config={"quant_method": "fp8"})
    with pytest.raises(
        Unsupported, match=r"quantised already \(fp8\): train on the model it was made"
    ):
        PeftEngine().check(spec(sick, tmp_path / "m"))


def test_a_tokenizer_with_more_tokens_than_the_weights_is_refused(
    llama: Path, tmp_path: Path
) -> None:
    small = copied(llama, tmp_path / "small", vocab_size=64)
    with pytest.raises(Unsupported, match="has tokens that its weights have not"):
        PeftEngine().check(spec(small, tmp_path / "m"))
