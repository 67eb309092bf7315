"""A job is known again by what it was asked; a file by what it holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.errors import InputError
from finetune.jobs.content import measured, refuse_unusable
from finetune.jobs.job import Event, Job
from finetune.jobs.order import Order, merged
from finetune.jobs.progress import Progress


def nothing(_: float) -> None:
    """Nobody looks."""


ORDER = Order(training="sha", model="base", hyperparameters={"n_epochs": 3})


@pytest.mark.parametrize(
    "change",
    [
        {"training": "other"},
        {"validation": "sha2"},
        {"model": "other"},
        {"method": "dpo"},
        {"hyperparameters": {"n_epochs": 4}},
        {"seed": 1},
        {"suffix": "x"},
        {"extra": {"trainingType": 1}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_setting_makes_another_job(change: dict[str, Any]) -> None:
    assert ORDER.model_copy(update=change).key != ORDER.key


def test_metadata_makes_no_other_job() -> None:
    assert ORDER.model_copy(update={"metadata": {"team": "x"}}).key == ORDER.key


def test_a_job_is_known_by_metadata_and_else_by_file_and_suffix() -> None:
    body = ORDER.body("file-1", None)
    assert body["hyperparameters"] == {"n_epochs": 3}
    made = Job(id="a", status="running", model="base", metadata=body["metadata"])
    assert ORDER.made(made, [], [])
    assert not ORDER.made(made.model_copy(update={"metadata": {"apprentice_key": "x"}}), [], [])
    bare = Job(id="b", status="running", model="base", training_file="file-1")
    assert not ORDER.made(bare, ["file-1"], [])
    assert ORDER.made(bare.model_copy(update={"suffix": body["suffix"]}), ["file-1"], [])
    assert not ORDER.made(bare.model_copy(update={"suffix": body["suffix"]}), ["file-2"], [])
    named = f"ft:base:org:{body['suffix']}:9x"
    assert ORDER.made(bare.model_copy(update={"fine_tuned_model": named}), ["file-1"], [])


def test_preferences_go_under_their_method_and_extras_are_merged_in() -> None:
    order = Order(
        training="s", model="m", method="dpo", hyperparameters={"beta": 0.1}, seed=3,
        extra={"method": {"dpo": {"hyperparameters": {"n_epochs": 2}}}, "trainingType": 1},
    )  # fmt: skip
    body = order.body("file-1", "file-2")
    assert body["method"] == {
        "type": "dpo",
        "dpo": {"hyperparameters": {"beta": 0.1, "n_epochs": 2}},
    }
    assert (body["trainingType"], body["validation_file"], body["seed"]) == (1, "file-2", 3)
    assert merged({"a": {"b": 1}, "c": 1}, {"a": {"d": 2}, "c": {"e": 3}}) == {
        "a": {"b": 1, "d": 2}, "c": {"e": 3},
    }  # fmt: skip


def chat(*roles: str) -> str:
    return json.dumps({"messages": [{"role": role, "content": "x"} for role in roles]})


def dpo(**sides: Any) -> str:
    answer = [{"role": "assistant", "content": "x"}]
    row = {"input": {"messages": []}, "preferred_output": answer, "non_preferred_output": answer}
    return json.dumps(row | sides)


@pytest.mark.parametrize(
    ("text", "method", "reason"),
    [
        ("", "supervised", "holds no training row"),
        ("\n \n", "supervised", "holds no training row"),
        (chat("user"), "supervised", "line 1: no assistant message"),
        (chat("user", "assistant") + "\n{", "supervised", "line 2: no JSON"),
        ("[]", "supervised", "line 1: not a JSON object"),
        ('{"messages": [1]}', "supervised", "line 1: a message without a `role`"),
        ('{"prompt": "x"}', "supervised", "line 1: no `completion`"),
        (dpo(), "supervised", "train on it with --method dpo"),
        (chat("user", "assistant"), "dpo", "line 1: no `input.messages`"),
        (dpo(preferred_output=[]), "dpo", "line 1: no `preferred_output`"),
    ],
)
def test_a_file_that_cannot_be_trained_on_is_refused_by_its_first_errors(
    tmp_path: Path, text: str, method: str, reason: str
) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        refuse_unusable(path, method, nothing)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_usable_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    legacy = '{"prompt": "x", "completion": " y"}'
    path.write_text("\ufeff" + chat("user", "assistant") + "\n\n" + legacy + "\n", "utf-8")
    assert refuse_unusable(path, "supervised", nothing) == 2
    path.write_text(dpo())
    assert refuse_unusable(path, "dpo", nothing) == 1


def test_the_name_at_the_provider_follows_the_content(tmp_path: Path) -> None:
    one, two = tmp_path / "社内 FAQ.jsonl", tmp_path / "b.jsonl"
    one.write_text("x")
    two.write_text("x")
    first, second = measured(one, nothing), measured(two, nothing)
    assert first.sha256 == second.sha256
    assert first.name.isascii()
    assert first.name.endswith(f"-{first.sha256[:16]}.jsonl")


def test_progress_is_read_from_numbers_or_words() -> None:
    def said(message: str, at: int = 0, **data: float) -> Event:
        return Event(id=message, created_at=at, message=message, data=data)

    queued = Progress().after(said("Fine-tune is in the queue. Queue number: 31"))
    assert queued.words == "queue position 31"
    begun = queued.after(said("Step", 100, step=10, total_steps=100, train_loss=2.0))
    half = begun.after(said("Step 50/100: training loss=0.50", 140))
    assert half.words == "step 50/100, loss 0.500"
    assert half.done == (50, 100)
    assert half.seconds_left == 50
    assert Progress().after(said("Completed epoch 1/4")).done == (1, 4)


@pytest.mark.parametrize(
    "words", ["training loss=1.2.3", "training loss=..", "epoch " + "9" * 5000]
)
def test_progress_survives_any_words(words: str) -> None:
    Progress().after(Event(id="e", created_at=0, message=words + "/3"))
