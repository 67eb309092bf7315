"""Files and jobs that cannot be: one clear line, and the line of the file where it has one."""

import openai
import pytest

from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, ended, rows, until, upload

GOOD = rows(TAUGHT)
LONG = rows({f"{asked} ({n})": said for n in range(20) for asked, said in TAUGHT.items()})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GOOD + b"{not json\n", "Line 9 is not JSON."),
        (b'{"messages": []}\n', "Line 1 needs"),
        (GOOD + b'{"messages": [{"role": "user", "content": "?"}]}\n', "Line 9 does not end in"),
        (GOOD + '{"messages": "caf\u00e9"}'.encode("latin-1"), "Line 9 is not UTF-8 text."),
        (rows({"Long?": "word " * 3000}), "Line 1 has"),
    ],
)
def test_a_bad_line_fails_the_job_and_is_named(
    client: openai.OpenAI, content: bytes, said: str
) -> None:
    job = client.fine_tuning.jobs.create(model=BASE, training_file=upload(client, content))
    job = ended(client, job.id)
    assert job.status == "failed"
    assert job.error
    assert job.error.message.startswith(said)
    assert (job.error.code, job.error.param) == ("invalid_training_file", "training_file")
    assert job.fine_tuned_model is None
    last = client.fine_tuning.jobs.list_events(job.id, limit=1).data[0]
    assert last.level == "error"
    assert said in last.message


def test_a_bad_validation_file_is_named(client: openai.OpenAI) -> None:
    job = client.fine_tuning.jobs.create(
        model=BASE,
        training_file=upload(client, GOOD),
        validation_file=upload(client, b"nothing\n"),
    )
    error = ended(client, job.id).error
    assert error
    assert error.param == "validation_file"


@pytest.mark.parametrize(
    "wrong",
    [
        {"training_file": "file-nowhere"},
        {"validation_file": "file-nowhere"},
        {"suffix": "s" * 65},
        {"hyperparameters": {"n_epochs": 51}},
        {"method": {"type": "reinforcement"}},
        {"integrations": [{"type": "wandb", "wandb": {"project": "ferry"}}]},
        {"seed": -1},
        {"lora": {"rnak": 4}},
        {"metadata": {f"key-{number}": "v" for number in range(17)}},
    ],
)
def test_a_request_that_cannot_be_is_refused_at_once(
    client: openai.OpenAI, wrong: dict[str, object]
) -> None:
    request = {"model": BASE, "training_file": upload(client, GOOD)} | wrong
    with pytest.raises(openai.BadRequestError) as refused:
        client.post("/fine_tuning/jobs", cast_to=object, body=request)
    assert str(refused.value.body["param"]).startswith(next(iter(wrong)))  # type: ignore[index]


def test_an_empty_body_is_refused(client: openai.OpenAI) -> None:
    for path in ("/fine_tuning/jobs", "/files", "/chat/completions"):
        with pytest.raises(openai.BadRequestError):
            client.post(path, cast_to=object)


def test_files_are_listed_in_pages_and_may_be_deleted_twice(client: openai.OpenAI) -> None:
    first, second = upload(client, GOOD), upload(client, GOOD)
    listed = [file.id for file in client.files.list(limit=1, order="asc")]
    assert listed.index(first) < listed.index(second)
    assert client.files.content(first).content == GOOD
    assert client.files.delete(first).deleted
    assert client.files.delete(first).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(first)
    with pytest.raises(openai.NotFoundError):
        client.files.delete("file-nowhere")


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_refused(client: openai.OpenAI, content: bytes) -> None:
    with pytest.raises(openai.BadRequestError, match="empty"):
        upload(client, content)


def test_a_job_is_cancelled_while_it_trains_and_may_be_cancelled_again(
    client: openai.OpenAI,
) -> None:
    job = client.fine_tuning.jobs.create(
        model=BASE,
        training_file=upload(client, LONG),
        hyperparameters={"n_epochs": 50, "learning_rate_multiplier": 1e-4},
    )
    messages = lambda: [e.message for e in client.fine_tuning.jobs.list_events(job.id, limit=100)]  # noqa: E731 - read twice
    until(lambda: any(message.startswith("Step") for message in messages()))
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    # The next job starts, so the cancelled one's process is gone.
    after = client.fine_tuning.jobs.create(model=BASE, training_file=upload(client, b"bad\n"))
    assert ended(client, after.id).status == "failed"
    assert messages().count("The job was cancelled") == 1
    assert client.fine_tuning.jobs.retrieve(job.id).fine_tuned_model is None


def test_a_paused_job_waits_until_it_is_resumed(client: openai.OpenAI) -> None:
    busy = client.fine_tuning.jobs.create(
        model=BASE,
        training_file=upload(client, LONG),
        hyperparameters={"n_epochs": 50, "learning_rate_multiplier": 1e-4},
    )
    job = client.fine_tuning.jobs.create(model=BASE, training_file=upload(client, GOOD))
    assert client.fine_tuning.jobs.pause(job.id).status in {"queued", "validating_files"}
    client.fine_tuning.jobs.cancel(busy.id)
    passing = client.fine_tuning.jobs.create(model=BASE, training_file=upload(client, b"bad\n"))
    ended(client, passing.id)
    assert client.fine_tuning.jobs.retrieve(job.id).status in {"queued", "validating_files"}
    client.fine_tuning.jobs.resume(job.id)
    assert ended(client, job.id).status == "succeeded"
