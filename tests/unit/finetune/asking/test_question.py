"""The same question has the same key, and any change of it another."""

from finetune.asking.question import Question
from finetune.dataset.example import Message


def test_every_part_of_a_question_is_in_its_key() -> None:
    one = Question(model="m", messages=(Message(role="user", content="q"),))
    assert one.key == Question.model_validate(one.model_dump()).key
    others = [
        one.model_copy(update=change)
        for change in (
            {"model": "n"},
            {"messages": ()},
            {"prompt": "q"},
            {"temperature": None},
            {"max_tokens": 1},
            {"stop": ("\n",)},
            {"top_logprobs": 5},
            {"sample": 1},
        )
    ]
    assert len({question.key for question in (one, *others)}) == len(others) + 1
