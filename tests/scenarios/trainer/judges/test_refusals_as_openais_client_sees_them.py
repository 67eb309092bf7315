"""Whatever is refused arrives as the exception of OpenAI's client for it, with code, param and type."""

from collections.abc import Callable

import httpx2
import openai
import pytest

from tests.judge_openai.prune import OURS
from tests.scenarios.trainer.judges.judged import Judge, Learnt
from tests.scenarios.trainer.running_trainer import BASE, OTHER_KEY

Ask = Callable[[openai.OpenAI], object]
HELLO = [{"role": "user", "content": "Hello"}]
NOT_THERE: list[tuple[Ask, str | None]] = [
    (lambda client: client.files.retrieve("file-nobody"), None),
    (lambda client: client.files.delete("file-nobody"), None),
    (lambda client: client.fine_tuning.jobs.retrieve("ftjob-nobody"), "fine_tune_not_found"),
    (lambda client: client.fine_tuning.jobs.cancel("ftjob-nobody"), "fine_tune_not_found"),
    (lambda client: client.fine_tuning.jobs.pause("ftjob-nobody"), "fine_tune_not_found"),
    (lambda client: client.fine_tuning.jobs.list_events("ftjob-nobody"), "fine_tune_not_found"),
    (
        lambda client: client.fine_tuning.jobs.checkpoints.list("ftjob-nobody"),
        "fine_tune_not_found",
    ),
    (lambda client: client.models.retrieve("ft:nobody"), "model_not_found"),
    (lambda client: client.models.delete("ft:nobody"), "model_not_found"),
    (
        lambda client: client.chat.completions.create(model="nobody", messages=HELLO),  # type: ignore[arg-type]
        "model_not_found",
    ),
    (lambda client: client.completions.create(model="nobody", prompt="a"), "model_not_found"),
    (lambda client: client.embeddings.create(model="nobody", input="a"), "model_not_found"),
    (lambda client: client.uploads.complete("upload_nobody", part_ids=["part_1"]), None),
]
WRONG: list[tuple[Ask, str]] = [
    (lambda client: chat(client, messages=[]), "messages"),
    (lambda client: chat(client, messages=[{"role": "pirate", "content": "a"}]), "messages"),
    (lambda client: chat(client, temperature=3), "temperature"),
    (lambda client: chat(client, top_p=-1), "top_p"),
    (lambda client: chat(client, n=0), "n"),
    (lambda client: chat(client, max_tokens=0), "max_tokens"),
    (lambda client: chat(client, logprobs=True, top_logprobs=21), "top_logprobs"),
    (lambda client: chat(client, top_logprobs=2), "top_logprobs"),
    (lambda client: chat(client, stop=["a", "b", "c", "d", "e"]), "stop"),
    (lambda client: chat(client, stream_options={"include_usage": True}), "stream_options"),
    (lambda client: client.files.create(file=b"{}", purpose="fine-tune-x"), "purpose"),  # type: ignore[arg-type]
    (lambda client: client.files.create(file=b"", purpose="fine-tune"), "file"),
    (lambda client: client.files.list(limit=-1), "limit"),
    (
        lambda client: client.fine_tuning.jobs.create(model=BASE, training_file="file-nobody"),
        "training_file",
    ),
]


def chat(client: openai.OpenAI, **asked: object) -> object:
    wanted = {"model": BASE, "messages": HELLO} | asked
    return client.chat.completions.create(**wanted)  # type: ignore[call-overload]


@pytest.mark.parametrize(("ask", "code"), NOT_THERE, ids=range(len(NOT_THERE)))
def test_what_is_not_there_is_not_found(judged: openai.OpenAI, ask: Ask, code: str | None) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        ask(judged)
    assert refused.value.type == "invalid_request_error"
    assert "nobody" in refused.value.message
    assert code in {refused.value.code, None}


@pytest.mark.parametrize(("ask", "param"), WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named(judged: openai.OpenAI, ask: Ask, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(judged)
    assert refused.value.type == "invalid_request_error"
    assert str(refused.value.param).replace("[", ".").split(".")[0] == param


def test_a_wrong_key_is_no_entrance(judge: Judge) -> None:
    stranger = judge.client.with_options(api_key="somebody's")
    with pytest.raises(openai.AuthenticationError) as refused:
        stranger.models.list()
    assert refused.value.code == "invalid_api_key"


def test_another_key_sees_nothing_of_ours(judge: Judge, learnt: Learnt) -> None:
    neighbour = judge.client.with_options(api_key=OTHER_KEY)
    for ask in (
        lambda: neighbour.fine_tuning.jobs.retrieve(learnt.job.id),
        lambda: neighbour.files.content(learnt.training.id),
        lambda: neighbour.models.retrieve(learnt.model),
    ):
        with pytest.raises(openai.NotFoundError):
            ask()
    assert learnt.job.id not in {job.id for job in neighbour.fine_tuning.jobs.list()}


@pytest.mark.parametrize("operation", OURS)
def test_no_operation_lets_a_stranger_in(judge: Judge, operation: str) -> None:
    method, path = operation.split(" ")
    answer = httpx2.request(method, f"{judge.url}{path}")
    assert answer.status_code == 401
    judge.keep(answer)
