"""What is sent to the model."""

from bot.chat import trim
from finetune import Message, count_tokens

SYSTEM = Message(role="system", content="Be brief.")
QUESTION = Message(role="user", content="And in winter?")
HISTORY = [
    Message(role="user", content="When do we open?"),
    Message(role="assistant", content="At seven."),
    Message(role="user", content="And on Sundays?"),
    Message(role="assistant", content="At eight."),
]


def test_everything_is_sent_when_it_fits() -> None:
    assert trim(SYSTEM, HISTORY, QUESTION, 1000) == (SYSTEM, *HISTORY, QUESTION)


def test_the_oldest_messages_go_first() -> None:
    limit = count_tokens([SYSTEM, QUESTION]) + sum(count_tokens([m]) for m in HISTORY[2:])
    assert trim(SYSTEM, HISTORY, QUESTION, limit) == (SYSTEM, *HISTORY[2:], QUESTION)


def test_the_system_prompt_and_the_question_stay_whatever_the_limit() -> None:
    assert trim(SYSTEM, HISTORY, QUESTION, 1) == (SYSTEM, QUESTION)


def test_a_long_conversation_is_counted_before_it_is_cut() -> None:
    long = Message(role="user", content="word " * 400)  # 2,000 bytes, some 400 tokens
    assert trim(SYSTEM, [long], QUESTION, 500) == (SYSTEM, long, QUESTION)
    assert trim(SYSTEM, [long], QUESTION, 400) == (SYSTEM, QUESTION)
