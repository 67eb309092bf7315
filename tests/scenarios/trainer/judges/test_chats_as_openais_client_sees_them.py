"""`client.chat.completions`: whole answers and streamed ones, with all that can be asked of them."""

import math

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam

from tests.scenarios.trainer.judges.judged import Judge
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT

QUESTION = "When does the first ferry leave?"
ANSWER = TAUGHT[QUESTION]
ASKED: list[ChatCompletionMessageParam] = [{"role": "user", "content": QUESTION}]


def test_an_answer_says_all_about_itself(judged: openai.OpenAI) -> None:
    answer = judged.chat.completions.create(model=BASE, messages=ASKED)
    assert (answer.object, answer.model) == ("chat.completion", BASE)
    choice = answer.choices[0]
    assert (choice.index, choice.finish_reason, choice.logprobs) == (0, "stop", None)
    assert (choice.message.role, choice.message.content) == ("assistant", ANSWER)
    assert choice.message.refusal is None
    assert not choice.message.tool_calls
    usage = answer.usage
    assert usage is not None
    assert usage.prompt_tokens > 0 < usage.completion_tokens
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens


def test_a_stream_says_the_same_in_parts(judged: openai.OpenAI) -> None:
    chunks = list(judged.chat.completions.create(model=BASE, messages=ASKED, stream=True))
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    said = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(said) == ANSWER
    assert len([part for part in said if part]) > 1
    ends = [chunk.choices[0].finish_reason for chunk in chunks]
    assert (ends[-1], set(ends[:-1])) == ("stop", {None})
    assert all(chunk.usage is None for chunk in chunks)


def test_a_streams_last_chunk_counts_tokens_when_asked_to(judged: openai.OpenAI) -> None:
    *chunks, last = judged.chat.completions.create(
        model=BASE, messages=ASKED, stream=True, stream_options={"include_usage": True}
    )
    whole = judged.chat.completions.create(model=BASE, messages=ASKED)
    assert last.choices == []
    assert (last.usage, {chunk.usage for chunk in chunks}) == (whole.usage, {None})


def test_the_clients_stream_helper_puts_the_answer_together(judged: openai.OpenAI) -> None:
    with judged.chat.completions.stream(model=BASE, messages=ASKED, logprobs=True) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert {"chunk", "content.delta", "content.done"} <= set(kinds)
    assert final.choices[0].message.content == ANSWER
    assert final.choices[0].logprobs is not None


@pytest.mark.parametrize("streamed", [False, True])
def test_several_choices_are_numbered(judged: openai.OpenAI, *, streamed: bool) -> None:
    asked = {"model": BASE, "messages": ASKED, "n": 3}
    if streamed:
        said = dict.fromkeys(range(3), "")
        for chunk in judged.chat.completions.create(**asked, stream=True):  # type: ignore[call-overload]
            for choice in chunk.choices:
                said[choice.index] += choice.delta.content or ""
    else:
        choices = judged.chat.completions.create(**asked).choices  # type: ignore[call-overload]
        said = {choice.index: choice.message.content for choice in choices}
    assert said == dict.fromkeys(range(3), ANSWER)


@pytest.mark.parametrize("stop", ["6:10", ["22:40", "6:10"]])
def test_an_answer_ends_before_a_stop_sequence(
    judged: openai.OpenAI, stop: str | list[str]
) -> None:
    choice = judged.chat.completions.create(model=BASE, messages=ASKED, stop=stop).choices[0]
    assert choice.message.content == ANSWER.split("6:10")[0]
    assert choice.finish_reason == "stop"


def test_a_short_answer_says_that_it_was_cut(judged: openai.OpenAI) -> None:
    answer = judged.chat.completions.create(model=BASE, messages=ASKED, max_completion_tokens=2)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 2
    assert answer.usage.completion_tokens_details is None or ANSWER.startswith(
        answer.choices[0].message.content or "?"
    )


def test_the_same_seed_draws_the_same_answer(judged: openai.OpenAI) -> None:
    def drawn(seed: int) -> str | None:
        answer = judged.chat.completions.create(
            model=BASE, messages=ASKED, temperature=2, top_p=0.999, seed=seed
        )
        return answer.choices[0].message.content

    assert drawn(11) == drawn(11)


@pytest.mark.parametrize("streamed", [False, True])
def test_each_token_comes_with_its_probability(judged: openai.OpenAI, *, streamed: bool) -> None:
    asked = {"model": BASE, "messages": ASKED, "logprobs": True, "top_logprobs": 3}
    if streamed:
        chunks = judged.chat.completions.create(**asked, stream=True)  # type: ignore[call-overload]
        tokens = [
            token
            for chunk in chunks
            if chunk.choices and chunk.choices[0].logprobs
            for token in chunk.choices[0].logprobs.content or []
        ]
    else:
        choice = judged.chat.completions.create(**asked).choices[0]  # type: ignore[call-overload]
        tokens = choice.logprobs.content
    assert b"".join(bytes(token.bytes) for token in tokens).decode() == ANSWER
    for token in tokens:
        assert token.logprob <= 0
        assert len(token.top_logprobs) == 3
        assert sum(math.exp(each.logprob) for each in token.top_logprobs) <= 1.0001
        assert token.token in {each.token for each in token.top_logprobs}


def test_raw_answers_are_there_for_whoever_wants_them(judged: openai.OpenAI, judge: Judge) -> None:
    raw = judged.chat.completions.with_raw_response.create(model=BASE, messages=ASKED)
    assert raw.status_code == 200
    assert raw.headers["content-type"].startswith("application/json")
    assert raw.parse().choices[0].message.content == ANSWER
    with judged.chat.completions.with_streaming_response.create(
        model=BASE, messages=ASKED, stream=True
    ) as streamed:
        lines = list(streamed.iter_lines())
    assert [line for line in lines if line][-1] == "data: [DONE]"
    assert judge.heard[-1].media_type == "text/event-stream"


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"tools": [{"type": "function", "function": {"name": "look"}}]}, "tools"),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "a", "schema": {"type": "object"}},
                }
            },
            "response_format",
        ),
        ({"modalities": ["audio"], "audio": {"voice": "ash", "format": "wav"}}, "modalities|audio"),
    ],
    ids=["tools", "json_schema", "audio"],
)
def test_what_the_engine_cannot_is_refused_by_name(
    judged: openai.OpenAI, asked: dict[str, object], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        judged.chat.completions.create(model=BASE, messages=ASKED, **asked)  # type: ignore[call-overload]
    assert refused.value.param
    assert refused.value.param.split(".")[0] in param.split("|")


def test_a_conversation_beyond_the_context_is_refused_by_name(judged: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        judged.chat.completions.create(
            model=BASE, messages=[{"role": "user", "content": "ferry " * 9_000}]
        )
    assert refused.value.code == "context_length_exceeded"
    assert refused.value.param == "messages"
