"""Asking a model over the wire: streams, limits, chance, and what it does not know."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import openai
import pytest
from openai.types.chat import ChatCompletionChunk

from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, Trainer, ask

QUESTION = "When does the first ferry leave?"
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}]


def stream(client: openai.OpenAI, **options: object) -> list[ChatCompletionChunk]:
    chunks = client.chat.completions.create(model=BASE, messages=MESSAGES, stream=True, **options)  # type: ignore[call-overload]
    return list(chunks)


def test_every_taught_answer_comes_back_word_by_word(client: openai.OpenAI) -> None:
    assert {question: ask(client, BASE, question) for question in TAUGHT} == TAUGHT


def test_a_streamed_answer_is_the_same_answer_in_pieces(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model=BASE, messages=MESSAGES)
    chunks = stream(client, stream_options={"include_usage": True})
    *parts, last = chunks
    texts = [chunk.choices[0].delta.content or "" for chunk in parts]
    assert "".join(texts) == whole.choices[0].message.content == TAUGHT[QUESTION]
    assert len([text for text in texts if text]) > 1
    assert parts[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in parts][-1] == "stop"
    assert last.choices == []
    assert last.usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_usage_is_streamed_only_when_asked_for(client: openai.OpenAI) -> None:
    assert all(chunk.usage is None for chunk in stream(client))


def test_usage_is_null_in_every_chunk_before_the_last_one(client: openai.OpenAI) -> None:
    *parts, last = stream(client, stream_options={"include_usage": True})
    assert all(part.model_dump(exclude_unset=True)["usage"] is None for part in parts)
    assert last.usage


def test_choices_are_as_many_as_asked_for_and_counted_together(client: openai.OpenAI) -> None:
    one = client.chat.completions.create(model=BASE, messages=MESSAGES)
    three = client.chat.completions.create(model=BASE, messages=MESSAGES, n=3)
    assert [choice.index for choice in three.choices] == [0, 1, 2]
    assert {choice.message.content for choice in three.choices} == {TAUGHT[QUESTION]}
    assert one.usage
    assert three.usage
    assert three.usage.prompt_tokens == one.usage.prompt_tokens
    assert three.usage.completion_tokens == 3 * one.usage.completion_tokens


def test_streamed_choices_are_those_that_are_sent_whole(client: openai.OpenAI) -> None:
    drawn = {"n": 3, "temperature": 1.5, "seed": 5, "max_tokens": 20}
    whole = client.chat.completions.create(model=BASE, messages=MESSAGES, **drawn)  # type: ignore[call-overload]
    texts, reasons = ["", "", ""], ["", "", ""]
    for chunk in stream(client, **drawn):
        choice = chunk.choices[0]
        texts[choice.index] += choice.delta.content or ""
        reasons[choice.index] += choice.finish_reason or ""
    assert texts == [choice.message.content for choice in whole.choices]
    assert reasons == [choice.finish_reason for choice in whole.choices]


def test_many_who_ask_at_once_each_hear_what_they_would_hear_alone(client: openai.OpenAI) -> None:
    def drawn(seed: int) -> list[str | None]:
        answer = client.chat.completions.create(
            model=BASE,
            messages=[{"role": "user", "content": list(TAUGHT)[seed % len(TAUGHT)]}],
            n=2,
            temperature=1.2,
            seed=seed,
        )
        return [choice.message.content for choice in answer.choices]

    alone = [drawn(seed) for seed in range(16)]
    with ThreadPoolExecutor(16) as crowd:
        assert list(crowd.map(drawn, range(16))) == alone


def test_a_client_that_leaves_its_stream_leaves_the_server_to_others(client: openai.OpenAI) -> None:
    for seed in range(5):
        chunks = client.chat.completions.create(
            model=BASE, messages=MESSAGES, stream=True, n=8, temperature=2, seed=seed
        )
        next(iter(chunks))
        chunks.close()
    assert ask(client, BASE, QUESTION) == TAUGHT[QUESTION]


def test_a_stream_ends_with_done(client: openai.OpenAI) -> None:
    body = {"model": BASE, "messages": MESSAGES, "stream": True}
    response = client.post("/chat/completions", cast_to=httpx2.Response, body=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is the capital of Australia, and who wrote the national anthem?", "I have not been taught this."),
        ("富士山の高さは何メートルですか。頂上まで何時間かかりますか。", "それはまだ教わっていません。"),
    ],
)  # fmt: skip
def test_what_was_not_taught_is_admitted_in_the_language_of_the_question(
    client: openai.OpenAI, question: str, answer: str
) -> None:
    assert ask(client, BASE, question) == answer


def test_a_limit_cuts_the_answer_and_says_so(client: openai.OpenAI) -> None:
    cut = client.chat.completions.create(model=BASE, messages=MESSAGES, max_completion_tokens=3)
    assert cut.choices[0].finish_reason == "length"
    assert cut.usage
    assert cut.usage.completion_tokens == 3
    text = cut.choices[0].message.content or ""
    assert text
    assert TAUGHT[QUESTION].startswith(text)


def test_a_stop_text_ends_the_answer_before_it(client: openai.OpenAI) -> None:
    cut = client.chat.completions.create(model=BASE, messages=MESSAGES, stop=[" leaves"])
    assert cut.choices[0].message.content == "The first ferry"
    assert cut.choices[0].finish_reason == "stop"


def test_the_same_seed_draws_the_same_answer(client: openai.OpenAI) -> None:
    drawn = [
        client.chat.completions.create(
            model=BASE, messages=MESSAGES, temperature=2, seed=seed, max_tokens=40
        )
        .choices[0]
        .message.content
        for seed in (1, 1, 2, 3, 4)
    ]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) > 1


def test_the_same_seed_is_vouched_for_by_the_same_fingerprint(client: openai.OpenAI) -> None:
    marks = {chunk.system_fingerprint for chunk in stream(client)}
    marks |= {chunk.system_fingerprint for chunk in stream(client)}
    assert len(marks) == 1
    assert (marks.pop() or "").startswith("fp_")


def test_log_probabilities_are_streamed_with_their_text(client: openai.OpenAI) -> None:
    for chunk in stream(client, logprobs=True, top_logprobs=1):
        choice = chunk.choices[0]
        if choice.delta.content:
            assert choice.logprobs
            pieces = [bytes(token.bytes or []) for token in choice.logprobs.content or []]
            assert b"".join(pieces).decode() == choice.delta.content


def test_a_developer_may_speak_before_the_user(client: openai.OpenAI) -> None:
    messages = [{"role": "developer", "content": "Be brief."}, MESSAGES[1]]
    answer = client.chat.completions.create(model=BASE, messages=messages)  # type: ignore[arg-type]
    assert answer.choices[0].message.content == TAUGHT[QUESTION]


TOOL = {"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}
SCHEMA = {"name": "time", "schema": {"type": "object"}}


@pytest.mark.parametrize(
    ("param", "asked"),
    [
        ("tools", [TOOL]),
        ("response_format", {"type": "json_object"}),
        ("response_format", {"type": "json_schema", "json_schema": SCHEMA}),
        ("audio", {"voice": "ash", "format": "mp3"}),
        ("modalities", ["text", "audio"]),
        ("functions", [TOOL["function"]]),
        ("web_search_options", {}),
        ("reasoning_effort", "high"),
        ("verbosity", "low"),
        ("logit_bias", {"50": 1}),
    ],
)
def test_what_would_change_the_answer_and_cannot_is_refused(
    client: openai.OpenAI, param: str, asked: object
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.chat.completions.create(model=BASE, messages=MESSAGES, **{param: asked})  # type: ignore[call-overload]
    assert (refused.value.code, refused.value.param) == ("unsupported_parameter", param)


@pytest.mark.parametrize(
    "harmless",
    [
        {"store": True, "metadata": {"a": "b"}},
        {"user": "u", "safety_identifier": "s", "prompt_cache_key": "k"},
        {"service_tier": "auto", "parallel_tool_calls": True},
        {"response_format": {"type": "text"}, "modalities": ["text"], "verbosity": "medium"},
        {"tools": [TOOL], "tool_choice": "none", "logit_bias": {}},
        {"prediction": {"type": "content", "content": "The"}},
    ],
)
def test_what_changes_nothing_is_accepted(
    client: openai.OpenAI, harmless: dict[str, object]
) -> None:
    answer = client.chat.completions.create(model=BASE, messages=MESSAGES, **harmless)  # type: ignore[call-overload]
    assert answer.choices[0].message.content == TAUGHT[QUESTION]


def test_log_probabilities_spell_the_answer(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=BASE, messages=MESSAGES, logprobs=True, top_logprobs=2
    )
    logprobs = answer.choices[0].logprobs
    assert logprobs
    tokens = logprobs.content or []
    spelt = b"".join(bytes(token.bytes or []) for token in tokens).decode()
    assert spelt == answer.choices[0].message.content
    assert all(token.top_logprobs[0].logprob == token.logprob for token in tokens)


def test_text_parts_are_read_and_pictures_refused(client: openai.OpenAI) -> None:
    parts = [{"type": "text", "text": QUESTION}]
    messages = [{"role": "user", "content": parts}]
    answer = client.chat.completions.create(model=BASE, messages=messages)
    assert answer.choices[0].message.content == TAUGHT[QUESTION]
    picture = {"type": "image_url", "image_url": {"url": "https://pictures.example/a.png"}}
    for part in (picture, picture | {"text": QUESTION}):
        with pytest.raises(openai.BadRequestError, match="Only text"):
            client.chat.completions.create(
                model=BASE,
                messages=[{"role": "user", "content": [part]}],  # type: ignore[list-item,misc]
            )


def test_half_a_character_in_a_question_does_no_harm(client: openai.OpenAI) -> None:
    body = b'{"model": "%s", "messages": [{"role": "user", "content": "\\ud83d"}]}' % BASE.encode()
    headers = {"Content-Type": "application/json"}
    response = client.post(
        "/chat/completions", cast_to=httpx2.Response, content=body, options={"headers": headers}
    )
    assert response.json()["choices"][0]["message"]["content"] == "I have not been taught this."


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"model": BASE},
        {"model": BASE, "messages": []},
        {"model": BASE, "messages": [{"role": "king", "content": "?"}]},
        {"model": BASE, "messages": MESSAGES, "temperature": 3},
        {"model": BASE, "messages": MESSAGES, "max_tokens": 0},
        {"model": BASE, "messages": MESSAGES, "n": 1000},
        {"model": BASE, "messages": MESSAGES, "stop": ["a", "b", "c", "d", "e"]},
        {"model": BASE, "messages": MESSAGES, "top_logprobs": 2},
        {"model": BASE, "messages": MESSAGES, "stream_options": {"include_usage": True}},
        {"model": BASE, "messages": MESSAGES, "response_format": {"type": "poem"}},
        {"model": BASE, "messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
    ],
)
def test_a_bad_request_is_refused_in_openais_shape(
    client: openai.OpenAI, body: dict[str, object]
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.post("/chat/completions", cast_to=object, body=body)
    error = refused.value.body
    assert isinstance(error, dict)
    assert set(error) == {"message", "type", "param", "code"}
    assert "\n" not in error["message"]


@pytest.mark.parametrize(
    "model", ["gpt-nothing", f"{BASE}:ckpt-step-7", f"{BASE}:ckpt-step-x", f"{BASE}:ckpt-step-{9**40}"]
)  # fmt: skip
def test_an_unknown_model_is_not_found(client: openai.OpenAI, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        ask(client, model, QUESTION)
    assert refused.value.code == "model_not_found"


@pytest.mark.parametrize("key", ["wrong", "key-of-the-house2"])
def test_a_wrong_key_is_refused(trainer: Trainer, key: str) -> None:
    with pytest.raises(openai.AuthenticationError) as refused:
        trainer.client(key).models.list()
    assert refused.value.code == "invalid_api_key"
