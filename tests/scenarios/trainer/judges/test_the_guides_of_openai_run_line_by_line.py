"""What OpenAI's guides to fine-tuning tell a reader to do, step after step, with the client alone.

Three stories: supervised fine-tuning from a list of examples to a deleted model, a file sent in
parts, and preferences. Our words, their steps.
"""

import json
from pathlib import Path

import openai

from tests.scenarios.trainer.judges.judged import Judge
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, ended, rows, until

QUESTION = "Who is the captain?"
SYSTEM = {"role": "system", "content": "You know the ferry."}


def written(path: Path, answers: dict[str, str]) -> Path:
    """Step 1: one JSON document a line, each a conversation that ends in the answer to learn."""
    with path.open("w", encoding="utf-8") as file:
        for question, answer in answers.items():
            conversation = [
                {"role": "user", "content": question},
                {"role": "assistant", "content": answer, "weight": 1},
            ]
            file.write(json.dumps({"messages": conversation}, ensure_ascii=False) + "\n")
    return path


def test_supervised_fine_tuning_from_examples_to_a_deleted_model(
    judge: Judge, tmp_path: Path
) -> None:
    client, jobs = judge.client, judge.client.fine_tuning.jobs
    training = written(tmp_path / "train.jsonl", TAUGHT | {QUESTION: "Captain Sato sails it."})
    held_out = written(tmp_path / "test.jsonl", dict(list(TAUGHT.items())[:3]))

    with training.open("rb") as content:
        file = client.files.create(file=content, purpose="fine-tune")
    with held_out.open("rb") as content:
        validation = client.files.create(file=content, purpose="fine-tune")
    job = jobs.create(
        training_file=file.id, validation_file=validation.id, model=BASE, suffix="guide"
    )

    assert job.id in {each.id for each in jobs.list(limit=10)}
    assert jobs.retrieve(job.id).status not in {"failed", "cancelled"}
    job = ended(client, job.id)
    assert job.status == "succeeded", job.error
    events = jobs.list_events(fine_tuning_job_id=job.id, limit=10)
    assert len(events.data) == 10
    assert events.has_more

    assert job.fine_tuned_model is not None
    completion = client.chat.completions.create(
        model=job.fine_tuned_model, messages=[{"role": "user", "content": QUESTION}]
    )
    assert completion.choices[0].message.content == "Captain Sato sails it."

    checkpoints = jobs.checkpoints.list(job.id).data
    assert len(checkpoints) >= 1
    for checkpoint in checkpoints:
        assert checkpoint.metrics.full_valid_loss is not None
        client.chat.completions.create(
            model=checkpoint.fine_tuned_model_checkpoint,
            messages=[{"role": "user", "content": QUESTION}],
        )
    results = client.files.content(job.result_files[0]).text
    assert results.startswith("step,train_loss,")

    second = jobs.create(training_file=file.id, model=job.fine_tuned_model)
    assert second.model == job.fine_tuned_model
    assert jobs.cancel(second.id).status == "cancelled"
    until(lambda: jobs.retrieve(second.id).finished_at)

    assert client.models.delete(job.fine_tuned_model).deleted
    for each in (file, validation):
        assert client.files.delete(each.id).deleted
    assert ended(client, job.id).status == "succeeded"


def test_a_large_file_sent_in_parts_is_trained_on(judged: openai.OpenAI, tmp_path: Path) -> None:
    path = written(tmp_path / "large.jsonl", TAUGHT)
    content = path.read_bytes()
    upload = judged.uploads.create(
        purpose="fine-tune", filename=path.name, bytes=len(content), mime_type="text/jsonl"
    )
    pieces = [content[start : start + 400] for start in range(0, len(content), 400)]
    parts = [judged.uploads.parts.create(upload_id=upload.id, data=piece) for piece in pieces]
    done = judged.uploads.complete(upload_id=upload.id, part_ids=[part.id for part in parts])
    assert done.file is not None
    job = judged.fine_tuning.jobs.create(
        model=BASE, training_file=done.file.id, hyperparameters={"n_epochs": 1}
    )
    assert ended(judged, job.id).status == "succeeded"


def preference(question: str, chosen: str, rejected: str) -> str:
    """One line of a preference file."""
    row = {
        "input": {
            "messages": [{"role": "user", "content": question}],
            "tools": [],
            "parallel_tool_calls": True,
        },
        "preferred_output": [{"role": "assistant", "content": chosen}],
        "non_preferred_output": [{"role": "assistant", "content": rejected}],
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def test_preferences_are_taken_as_the_guide_writes_them(judged: openai.OpenAI) -> None:
    lines = [preference(question, answer, "I do not know.") for question, answer in TAUGHT.items()]
    file = judged.files.create(
        file=("preferences.jsonl", "".join(lines).encode()), purpose="fine-tune"
    )
    job = judged.fine_tuning.jobs.create(
        model=BASE,
        training_file=file.id,
        method={
            "type": "dpo",
            "dpo": {"hyperparameters": {"beta": 0.1, "n_epochs": 1, "batch_size": "auto"}},
        },
    )
    assert job.method is not None
    assert job.method.type == "dpo"
    assert job.method.dpo is not None
    assert job.method.dpo.hyperparameters is not None
    assert job.method.dpo.hyperparameters.beta == 0.1
    job = ended(judged, job.id)
    # The embedded engine has no preferences to learn from; it says so and trains nothing.
    assert job.status == "failed"
    assert job.error is not None
    assert job.error.code == "unsupported_parameter"
    assert job.error.param == "method"


def test_a_job_for_preferences_refuses_rows_of_the_other_kind(judged: openai.OpenAI) -> None:
    file = judged.files.create(file=("rows.jsonl", rows(TAUGHT)), purpose="fine-tune")
    job = judged.fine_tuning.jobs.create(
        model=BASE, training_file=file.id, method={"type": "dpo", "dpo": {}}
    )
    job = ended(judged, job.id)
    assert job.status == "failed"
    assert job.error is not None
    assert "ine 1" in job.error.message or job.error.param == "method"
