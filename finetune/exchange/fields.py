"""One example as the columns of a table: what a spreadsheet and a Parquet file hold of it.

Other than training rows a table says where each row comes from, people's ids too: it is for the team.
"""

from datetime import UTC, datetime

from finetune.dataset.example import Example
from finetune.dataset.search import channel_of

COLUMNS = (
    "question",
    "answer",
    "rejected",
    "conversation",
    "status",
    "source",
    "channel",
    "authors",
    "approved_by",
    "flags",
    "created_at",
    "updated_at",
    "example_id",
)


def fields(example: Example) -> tuple[str, ...]:
    """In the order of `COLUMNS`. `conversation` is empty where the question is all there was."""
    before = [m for m in example.prompt if m.content != example.question or m.role != "user"]
    told = "\n\n".join(f"{m.role}: {m.content}" for m in example.prompt) if before else ""
    return (
        example.question,
        example.answer,
        example.rejected or "",
        told,
        example.status.value,
        example.source.value,
        channel_of(example),
        " ".join(example.authors),
        example.approved_by or "",
        " ".join(dict.fromkeys(flag.suspicion.value for flag in example.flags)),
        _when(example.created_at),
        _when(example.updated_at),
        example.example_id,
    )


def _when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
