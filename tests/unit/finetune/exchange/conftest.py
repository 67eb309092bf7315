"""Rows as people's work leaves them: short and long, Japanese, code, half a character."""

from finetune.dataset.example import Example, Message, Source, Status


def example(number: int = 0, answer: str = "25 days.", **changes: object) -> Example:
    """A correction that is taught."""
    question = changes.pop("question", f"How many days, number {number}?")
    said = (
        Message(role="user", content=str(question)),
        Message(role="assistant", content=answer),
    )
    values: dict[str, object] = {
        "example_id": f"example-{number}",
        "messages": said,
        "rejected": "20 days.",
        "status": Status.APPROVED,
        "source": Source.CORRECTION,
        "thread": f"C1:{number}.0",
        "reply_id": f"reply-{number}",
        "authors": ("U1", "U2"),
        "approved_by": "U9",
        "created_at": float(number),
        "updated_at": float(number),
    }
    return Example.model_validate(values | changes)
