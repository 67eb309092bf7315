"""`client.models`: what can be asked, who made it, and how it goes away."""

import openai
import pytest

from tests.scenarios.trainer.judges.judged import Learnt
from tests.scenarios.trainer.running_trainer import BASE, ended


def test_the_list_holds_the_base_and_what_was_made_of_it(
    judged: openai.OpenAI, learnt: Learnt
) -> None:
    models = {model.id: model for model in judged.models.list()}
    assert {BASE, learnt.model} <= models.keys()
    made = models[learnt.model]
    assert (made.object, made.created >= learnt.job.created_at) == ("model", True)
    assert judged.models.retrieve(learnt.model) == made


def test_a_model_says_when_it_will_be_shut_down(judge: object, judged: openai.OpenAI) -> None:
    raw = judged.models.with_raw_response.retrieve(BASE)
    assert raw.http_response.json()["shutdown_date"] is None


def test_a_checkpoint_is_a_model_that_can_be_asked(judged: openai.OpenAI, learnt: Learnt) -> None:
    checkpoint = judged.fine_tuning.jobs.checkpoints.list(learnt.job.id).data[0]
    name = checkpoint.fine_tuned_model_checkpoint
    assert judged.models.retrieve(name).id == name
    answer = judged.chat.completions.create(
        model=name, messages=[{"role": "user", "content": "What does a ticket cost?"}]
    )
    assert answer.model == name
    assert answer.choices[0].message.content


def test_a_deleted_model_answers_no_more(judged: openai.OpenAI, learnt: Learnt) -> None:
    job = judged.fine_tuning.jobs.create(
        model=BASE, training_file=learnt.training.id, hyperparameters={"n_epochs": 1}
    )
    model = ended(judged, job.id).fine_tuned_model
    assert model is not None
    gone = judged.models.delete(model)
    assert (gone.id, gone.object, gone.deleted) == (model, "model", True)
    with pytest.raises(openai.NotFoundError) as refused:
        judged.models.retrieve(model)
    assert refused.value.code == "model_not_found"
    assert model not in {each.id for each in judged.models.list()}


def test_the_base_is_not_the_clients_to_delete(judged: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError) as refused:
        judged.models.delete(BASE)
    assert refused.value.status_code in {400, 403}
