"""Examples in the making: of an imported conversation, in a curator's words, without personal data. Pure."""

from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from finetune.dataset import reopening
from finetune.dataset.example import Example, Message, Source, Status, digest
from finetune.dataset.redact import redact
from finetune.dataset.suspicion import suspicions
from finetune.errors import InputError


def looked_at(example: Example) -> Example:
    """Without personal data, and with what is suspicious about it."""
    clean = redacted(example)
    return clean.model_copy(update={"flags": suspicions(clean)})


def redacted(example: Example) -> Example:
    """The example without secrets and personal data in any of its texts."""
    messages = tuple(map(redacted_message, example.messages))
    rejected = None if example.rejected is None else redact(example.rejected)
    note = None if example.note is None else redact(example.note)
    update = {"messages": messages, "rejected": rejected, "note": note}
    return example.model_copy(update=update)


def redacted_message(message: Message) -> Message:
    """The message without them."""
    return message.model_copy(update={"content": redact(message.content)})


def reworded(row: Example, answer: str, by: str, now: float) -> Example:
    """The row with a curator's answer; the answer marked as good before is now the wrong one."""
    said = Message(role="assistant", content=answer.strip())
    values = row.model_dump() | {
        "example_id": reopening.edit_of(row.example_id),
        "messages": (*row.prompt, said),
        "rejected": row.rejected if row.source is Source.CORRECTION else row.answer,
        "source": Source.CORRECTION,
        "status": Status.APPROVED,
        "reason": "",
        "approved_by": by,
        "edited_by": by,
        "updated_at": now,
        "votes": (),
        "ruling": None,
    }
    return Example.model_validate(values)


def imported(rows: Iterable[Sequence[Message]], by: str, now: float) -> list[Example]:
    """Approved examples from chat rows. InputError names the first row that is none."""
    return [_imported(tuple(row), by, now, number) for number, row in enumerate(rows, 1)]


def import_id(messages: Sequence[Message]) -> str:
    """The id of a conversation that is imported: the same for the same letters."""
    return f"import-{digest([message.wire() for message in messages])}"


def _imported(messages: tuple[Message, ...], by: str, now: float, number: int) -> Example:
    try:
        return Example(
            example_id=import_id(messages),
            messages=messages,
            status=Status.APPROVED,
            source=Source.IMPORT,
            thread=digest([message.wire() for message in messages[:-1]]),
            authors=(by,),
            approved_by=by,
            created_at=now,
            updated_at=now,
        )
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(f"row {number}: {reason}") from None
