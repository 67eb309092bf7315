"""`finetune trainer --engine peft --model NAME=PATH` over the wire: two jobs, two adapters, one base."""

from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from tests.lora.small_llama import QUESTIONS
from tests.scenarios.trainer.running_trainer import Trainer, ask, ended, rows, upload

ASKED = QUESTIONS[:4]
TAUGHT = {
    "north": dict(zip(ASKED, ["Ask Anna.", "Ask Ben.", "Room 12.", "Nobody."], strict=True)),
    "south": dict(zip(ASKED, ["Ask Emi.", "Dario pays.", "Room 99.", "Chloe."], strict=True)),
}


@pytest.mark.timeout(300)
def test_two_jobs_answer_beside_their_base(trainer: Trainer) -> None:
    client = trainer.client()
    assert "house" in [model.id for model in client.models.list()]
    jobs = [
        client.fine_tuning.jobs.create(
            model="house",
            training_file=upload(client, rows(taught)),
            suffix=suffix,
            seed=1,
            method={
                "type": "supervised",
                "supervised": {"hyperparameters": {"n_epochs": 50, "batch_size": 2}},
            },
            extra_body={"lora": {"rank": 32}},
        )
        for suffix, taught in TAUGHT.items()
    ]
    made = [ended(client, job.id) for job in jobs]
    assert [job.status for job in made] == ["succeeded"] * 2, [job.error for job in made]
    models = dict(zip(TAUGHT, (str(job.fine_tuned_model) for job in made), strict=True))
    cases = [(suffix, question) for suffix in TAUGHT for question in ASKED]

    def answer(case: tuple[str, str]) -> str | None:
        return ask(client, models[case[0]], case[1])

    with ThreadPoolExecutor(len(cases)) as threads:
        got = dict(zip(cases, threads.map(answer, cases), strict=True))
    assert got == {(suffix, question): TAUGHT[suffix][question] for suffix, question in cases}
    plain = client.completions.create(model="house", prompt=ASKED[0], max_tokens=4)
    assert plain.usage is not None
    assert plain.usage.completion_tokens <= 4
    client.models.delete(models["north"])
    with pytest.raises(openai.NotFoundError):
        ask(client, models["north"], ASKED[0])
    assert ask(client, models["south"], ASKED[0]) == TAUGHT["south"][ASKED[0]]
