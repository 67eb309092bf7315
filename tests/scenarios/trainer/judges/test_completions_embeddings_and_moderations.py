"""The older and the smaller resources: legacy completions, embeddings, and moderations not pretended."""

import math

import openai
import pytest

from tests.scenarios.trainer.judges.judged import Judge
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT

QUESTION = "When does the first ferry leave?"


def test_a_legacy_completion_says_all_about_itself(judged: openai.OpenAI) -> None:
    answer = judged.completions.create(model=BASE, prompt=QUESTION, max_tokens=4)
    assert (answer.object, answer.model) == ("text_completion", BASE)
    choice = answer.choices[0]
    assert TAUGHT[QUESTION].startswith(choice.text)
    assert (choice.index, choice.logprobs) == (0, None)
    assert choice.finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 4


def test_several_prompts_have_choices_each(judged: openai.OpenAI) -> None:
    answer = judged.completions.create(
        model=BASE, prompt=["The first", "The last"], n=2, max_tokens=4, echo=True
    )
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    starts = ["The first", "The first", "The last", "The last"]
    for choice, start in zip(answer.choices, starts, strict=True):
        assert choice.text.startswith(start)


def test_a_legacy_completion_tells_its_probabilities(judged: openai.OpenAI) -> None:
    answer = judged.completions.create(model=BASE, prompt=QUESTION, max_tokens=4, logprobs=2)
    told = answer.choices[0].logprobs
    assert told is not None
    assert told.tokens is not None
    assert len(told.tokens) == len(told.token_logprobs or []) == len(told.text_offset or [])
    assert all(len(each) >= 2 for each in told.top_logprobs or [])


def test_a_legacy_completion_is_streamed(judge: Judge) -> None:
    # Not in the client's strict mode: its types, like the document, lack a chunk without an end.
    lenient = judge.client.copy()
    lenient._strict_response_validation = False
    chunks = list(
        lenient.completions.create(model=BASE, prompt=QUESTION, max_tokens=6, stream=True)
    )
    whole = judge.client.completions.create(model=BASE, prompt=QUESTION, max_tokens=6)
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text != ""
    assert chunks[-1].choices[0].finish_reason == whole.choices[0].finish_reason


def test_embeddings_are_vectors_of_length_one_or_refused(judged: openai.OpenAI) -> None:
    texts = ["May I bring a bicycle?", "May I bring a bike?", "犬は船に乗れますか。"]
    try:
        answer = judged.embeddings.create(model=BASE, input=texts)
    except openai.BadRequestError as refused:
        assert refused.code == "unsupported_parameter"
        return
    assert [each.index for each in answer.data] == [0, 1, 2]
    for each in answer.data:
        assert math.isclose(math.hypot(*each.embedding), 1, abs_tol=1e-3)
    again = judged.embeddings.create(model=BASE, input=texts[0], encoding_format="float")
    assert again.data[0].embedding == pytest.approx(answer.data[0].embedding, abs=1e-6)
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0


def test_moderation_is_not_pretended(judge: Judge) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        judge.client.moderations.create(input="anything")
    assert "oderation" in refused.value.message
    judge.heard.pop()  # none of the operations that we are judged by
