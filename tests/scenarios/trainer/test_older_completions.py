"""`/v1/completions` as programs of before chats ask it, `/v1/embeddings`, `/v1/moderations`."""

import httpx2
import openai
import pytest

from finetune.trainer.embedded.vocabulary import Vocabulary
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, Trainer

FIRST, COST = "When does the first ferry leave?", "What does a ticket cost?"


def test_a_text_is_answered_like_a_question(client: openai.OpenAI) -> None:
    answer = client.completions.create(model=BASE, prompt=FIRST, max_tokens=60)
    assert answer.object == "text_completion"
    assert answer.choices[0].text == TAUGHT[FIRST]
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_unless_told_otherwise_sixteen_tokens_are_said(client: openai.OpenAI) -> None:
    answer = client.completions.create(model=BASE, prompt=FIRST, temperature=2, seed=8, n=8)
    assert answer.usage
    assert 16 < answer.usage.completion_tokens <= 16 * 8


def test_every_prompt_of_a_list_is_answered_in_its_place(client: openai.OpenAI) -> None:
    answer = client.completions.create(model=BASE, prompt=[FIRST, COST], n=2, max_tokens=60)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    wanted = [TAUGHT[FIRST]] * 2 + [TAUGHT[COST]] * 2
    assert [choice.text for choice in answer.choices] == wanted


def test_an_echo_stands_before_the_answer(client: openai.OpenAI) -> None:
    asked = {"model": BASE, "prompt": FIRST, "echo": True, "max_tokens": 60}
    whole = client.completions.create(**asked)  # type: ignore[call-overload]
    chunks = client.completions.create(**asked, stream=True)  # type: ignore[call-overload]
    streamed = "".join(chunk.choices[0].text for chunk in chunks)
    assert whole.choices[0].text == streamed == FIRST + TAUGHT[FIRST]


def test_a_stream_tells_every_choice_and_counts_at_its_end(client: openai.OpenAI) -> None:
    asked = {"model": BASE, "prompt": [FIRST, COST], "max_tokens": 60}
    whole = client.completions.create(**asked)  # type: ignore[call-overload]
    *parts, last = client.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}
    )  # type: ignore[call-overload]
    texts = ["", ""]
    for part in parts:
        texts[part.choices[0].index] += part.choices[0].text
    assert texts == [TAUGHT[FIRST], TAUGHT[COST]]
    assert last.usage == whole.usage


def test_the_best_of_several_answers_is_the_likeliest(client: openai.OpenAI) -> None:
    asked = {"model": BASE, "prompt": FIRST, "temperature": 2, "seed": 3, "logprobs": 1}
    best = client.completions.create(**asked, best_of=8)  # type: ignore[call-overload]
    every = client.completions.create(**asked, n=8)  # type: ignore[call-overload]

    def likelihood(choice: openai.types.CompletionChoice) -> float:
        assert choice.logprobs
        logprobs = choice.logprobs.token_logprobs or []
        return sum(logprobs) / len(logprobs)

    assert best.choices[0].text == max(every.choices, key=likelihood).text
    assert len({choice.text for choice in every.choices}) > 1


def test_log_probabilities_stand_at_their_place_in_the_text(client: openai.OpenAI) -> None:
    answer = client.completions.create(model=BASE, prompt=FIRST, logprobs=2, max_tokens=60)
    text, logprobs = answer.choices[0].text, answer.choices[0].logprobs
    assert logprobs
    places = zip(logprobs.text_offset or [], logprobs.tokens or [], strict=True)
    assert all(text[at : at + len(token)] == token for at, token in places)
    assert "".join(logprobs.tokens or []) == text
    assert all(len(others) == 2 for others in logprobs.top_logprobs or [])


def test_a_prompt_may_be_tokens(client: openai.OpenAI, trainer: Trainer) -> None:
    (kept,) = trainer.data_dir.glob(f"trainer/models/{BASE}-*/tokenizer.json")
    tokens = Vocabulary.read(kept.read_text()).answer(FIRST)[:-1]
    for prompt in (tokens, [tokens]):
        answer = client.completions.create(model=BASE, prompt=prompt, max_tokens=60)
        assert answer.choices[0].text == TAUGHT[FIRST]


@pytest.mark.parametrize("more", ["", ', "echo": true', ', "echo": true, "stream": true'])
def test_half_a_character_in_a_prompt_does_no_harm(client: openai.OpenAI, more: str) -> None:
    body = f'{{"model": "{BASE}", "prompt": ["a\\ud83d"]{more}}}'
    response = client.post(
        "/completions",
        cast_to=httpx2.Response,
        content=body.encode(),
        options={"headers": {"Content-Type": "application/json"}},
    )
    assert "I have not been taught this." in response.text


@pytest.mark.parametrize(
    ("param", "asked"),
    [
        ("suffix", {"suffix": "!"}),
        ("logit_bias", {"logit_bias": {"50": 1}}),
        ("logprobs", {"logprobs": 1, "echo": True}),
        ("prompt", {"prompt": [10**6]}),
        ("best_of", {"best_of": 2, "n": 3}),
        ("best_of", {"best_of": 2, "stream": True}),
        ("prompt", {"prompt": []}),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    client: openai.OpenAI, param: str, asked: dict[str, object]
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.completions.create(**{"model": BASE, "prompt": FIRST} | asked)  # type: ignore[call-overload]
    assert (refused.value.param or "").startswith(param)


def test_a_prompt_longer_than_the_model_reads_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.completions.create(model=BASE, prompt="why? " * 800)
    assert (refused.value.code, refused.value.param) == ("context_length_exceeded", "prompt")


def test_models_that_have_no_vectors_say_so(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="no embeddings") as refused:
        client.embeddings.create(model=BASE, input="ferry")
    assert (refused.value.code, refused.value.param) == ("unsupported_parameter", "model")


def test_moderations_are_not_pretended(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="no moderations here"):
        client.moderations.create(input="anything")


@pytest.mark.parametrize("prompt", [[], [1, "a"], None])
def test_a_prompt_of_another_type_is_named_as_the_parameter(
    client: openai.OpenAI, prompt: object
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.completions.create(model=BASE, prompt=prompt)  # type: ignore[call-overload]
    assert refused.value.param == "prompt"
