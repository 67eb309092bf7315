"""OpenAI's guides to supervised and preference fine-tuning at a trainer with the engine peft.

With OpenAI's own client in its strict mode, every answer judged by OpenAI's published document.
"""

import json

import pytest

from tests.lora.small_llama import ANSWERS, QUESTIONS
from tests.scenarios.trainer.judges.judged import judge_of
from tests.scenarios.trainer.running_trainer import Trainer, ended

TAUGHT = 5
LORA = {"lora": {"rank": 8}}


def lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def chats() -> bytes:
    return lines(
        [
            {
                "messages": [
                    {"role": "user", "content": question},
                    {"role": "assistant", "content": answer},
                ]
            }
            for question, answer in list(zip(QUESTIONS, ANSWERS, strict=True))[:TAUGHT]
        ]
    )


def preferences() -> bytes:
    return lines(
        [
            {
                "input": {"messages": [{"role": "user", "content": QUESTIONS[number]}]},
                "preferred_output": [{"role": "assistant", "content": ANSWERS[number]}],
                "non_preferred_output": [{"role": "assistant", "content": ANSWERS[number + 1]}],
            }
            for number in range(TAUGHT)
        ]
    )


@pytest.mark.timeout(400)
def test_preferences_follow_supervised_training_as_the_guides_say(trainer: Trainer) -> None:
    judge = judge_of(trainer)
    client, jobs = judge.client, judge.client.fine_tuning.jobs
    file = client.files.create(file=("chats.jsonl", chats()), purpose="fine-tune")
    supervised = jobs.create(
        model="house",
        training_file=file.id,
        validation_file=file.id,
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
        extra_body=LORA,
    )
    supervised = ended(client, supervised.id)
    assert supervised.status == "succeeded", supervised.error
    assert supervised.fine_tuned_model is not None
    file = client.files.create(file=("pairs.jsonl", preferences()), purpose="fine-tune")
    job = jobs.create(
        model=supervised.fine_tuned_model,
        training_file=file.id,
        method={"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2, "n_epochs": 2}}},
    )
    job = ended(client, job.id)
    assert job.status == "succeeded", job.error
    assert job.method is not None
    assert job.method.dpo is not None
    assert job.method.dpo.hyperparameters is not None
    assert job.method.dpo.hyperparameters.beta == 0.2
    metrics = [event.data for event in jobs.list_events(job.id) if event.type == "metrics"]
    assert metrics
    checkpoint = jobs.checkpoints.list(job.id).data[0]
    for model in ("house", job.fine_tuned_model, checkpoint.fine_tuned_model_checkpoint):
        assert model is not None
        answer = client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": QUESTIONS[0]}],
            max_completion_tokens=4,
            logprobs=True,
            top_logprobs=2,
        )
        assert answer.usage is not None
        assert answer.usage.completion_tokens <= 4
    streamed = client.chat.completions.create(
        model="house",
        messages=[{"role": "user", "content": QUESTIONS[0]}],
        max_completion_tokens=4,
        stream=True,
        stream_options={"include_usage": True},
    )
    assert [chunk.usage for chunk in streamed][-1] is not None
    client.embeddings.create(model="house", input=["a", "b"], encoding_format="float")
    client.completions.create(model="house", prompt="Where", max_tokens=3, logprobs=1)
    assert job.fine_tuned_model is not None
    assert client.models.delete(job.fine_tuned_model).deleted
    assert judge.wrong == []
