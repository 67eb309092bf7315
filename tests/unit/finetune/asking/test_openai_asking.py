"""A provider over HTTP is asked through the real SDK, whatever it refuses or breaks."""

from collections.abc import AsyncIterator

import openai
import pytest

from finetune.adapters.openai import OpenAIAsking
from finetune.asking.question import Question
from finetune.dataset.example import Message
from finetune.errors import ModelMissing, ProviderError, ProviderUnavailable, QuestionRefused
from tests.fakes.openai_stub import OpenAIStub, Scripted, openai_stub

__all__ = ["openai_stub"]
pytestmark = pytest.mark.anyio
QUESTION = Question(model="m", messages=(Message(role="user", content="is it so"),))


@pytest.fixture
async def asking(openai_stub: OpenAIStub) -> AsyncIterator[OpenAIAsking]:
    async with openai.AsyncOpenAI(api_key="k", base_url=openai_stub.url) as client:
        yield OpenAIAsking(client)


async def test_an_answer_comes_with_its_numbers(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.latency = lambda model: 0.05
    answer = await asking.ask(QUESTION)
    assert (answer.content, answer.finish_reason) == ("m heard: is it so", "stop")
    assert (answer.prompt_tokens, answer.completion_tokens) == (3, 5)
    assert answer.seconds is not None
    assert 0.05 <= answer.seconds < 5


async def test_log_probabilities_come_with_their_rivals(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.chances = lambda model, messages: {"yes": 0.75, "no": 0.25}
    answer = await asking.ask(QUESTION.model_copy(update={"top_logprobs": 2}))
    ((token),) = answer.tokens
    assert (token.text, round(token.logprob, 4)) == ("yes", -0.2877)
    assert [name for name, _ in token.top] == ["yes", "no"]


async def test_a_legacy_model_goes_on_with_a_bare_prompt(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.legacy_models = {"davinci-002"}
    openai_stub.chances = lambda model, messages: {" yes": 0.75, " no": 0.25}
    openai_stub.answer = lambda model, messages: " yes"
    answer = await asking.ask(
        Question(model="davinci-002", prompt="x ->", max_tokens=1, stop=("\n",), top_logprobs=20)
    )
    assert answer.content == " yes"
    assert [name for name, _ in answer.tokens[0].top] == [" yes", " no"]
    body = openai_stub.chats[0].body
    assert body["prompt"] == "x ->"
    assert (body["max_tokens"], body["stop"], body["logprobs"]) == (1, ["\n"], 5)


async def test_a_model_asked_in_the_wrong_form_is_explained(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.legacy_models = {"davinci-002"}
    with pytest.raises(ModelMissing, match=r"davinci-002 is no chat model.*--legacy-completion"):
        await asking.ask(QUESTION.model_copy(update={"model": "davinci-002"}))
    with pytest.raises(ModelMissing, match="m is a chat model: leave out --legacy-completion"):
        await asking.ask(Question(model="m", prompt="x"))


async def test_refused_parameters_are_left_out_and_remembered(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.refused_params = {"temperature", "max_tokens", "logprobs"}
    question = QUESTION.model_copy(update={"max_tokens": 5, "top_logprobs": 3})
    for _ in range(2):
        assert (await asking.ask(question)).content == "m heard: is it so"
    assert len(openai_stub.chats) == 3 + 1 + 1
    last = openai_stub.chats[-1].body
    assert last["max_completion_tokens"] == 5
    assert not {"temperature", "max_tokens", "logprobs", "top_logprobs"} & set(last)


async def test_a_parameter_refused_in_words_only_is_left_out_too(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("POST /v1/chat", status=400, message="temperature is not supported here")
    assert (await asking.ask(QUESTION)).content


async def test_a_refusal_of_what_was_not_sent_is_a_refusal_of_the_question(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("POST /v1/chat", status=400, param="max_tokens", message="too long", times=9)
    with pytest.raises(QuestionRefused, match="too long"):
        await asking.ask(QUESTION)


async def test_waits_are_not_counted_in_the_seconds(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("POST /v1/chat", status=429, retry_after_ms=300, times=1)
    answer = await asking.ask(QUESTION)
    assert answer.seconds is not None
    assert answer.seconds < 0.3


async def test_a_busy_provider_is_unavailable(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("POST /v1/chat", status=503, retry_after_ms=1, times=9)
    with pytest.raises(ProviderUnavailable, match="503"):
        await asking.ask(QUESTION)


@pytest.mark.parametrize("body", ["<html>Hello</html>", "", "[]", "null"])
async def test_what_is_no_completion_is_one_line(
    asking: OpenAIAsking, openai_stub: OpenAIStub, body: str
) -> None:
    openai_stub.queue(Scripted("", raw=body))
    with pytest.raises(ProviderError, match="OPENAI_BASE_URL") as refused:
        await asking.ask(QUESTION)
    assert "\n" not in str(refused.value)


async def test_the_models_own_refusal_is_its_answer(
    asking: OpenAIAsking, openai_stub: OpenAIStub
) -> None:
    openai_stub.queue(Scripted("", refusal="I cannot help with that."))
    answer = await asking.ask(QUESTION)
    assert (answer.content, answer.finish_reason) == ("I cannot help with that.", "refusal")
