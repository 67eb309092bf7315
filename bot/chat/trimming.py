"""What of a conversation is sent to the model: as much of its end as fits."""

from collections.abc import Sequence

from finetune import Message, count_tokens, tokens_at_most


def fits(messages: Sequence[Message], limit: int) -> bool:
    """Whether they are no more than `limit` tokens; counted only where they might be."""
    return tokens_at_most(messages) <= limit or count_tokens(messages) <= limit


def trim(
    system: Message, history: Sequence[Message], question: Message, limit: int
) -> tuple[Message, ...]:
    """Drop the oldest of `history` until all fits into `limit` tokens.

    The system prompt and the question always stay, even when they alone exceed the limit.
    """
    if tokens_at_most([system, *history, question]) <= limit:
        return (system, *history, question)
    room = limit - count_tokens([system, question])
    kept: list[Message] = []
    for message in reversed(history):
        room -= count_tokens([message])
        if room < 0:
            break
        kept.append(message)
    return (system, *reversed(kept), question)
