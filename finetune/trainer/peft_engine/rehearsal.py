"""Rows a model was taught before, shown again so that it keeps them.

Only models made from nothing by `finetune pretrain` have such rows (`rehearsal.jsonl` in their
folder), and what is fine-tuned from these: they know nothing else, and forget it fast. A model
from a hub has none.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from finetune.dataset.example import prompt_key
from finetune.trainer.engine import Conversation, Preference, Row, TaughtMessage
from finetune.trainer.stores.files import write_bytes

_FILE = "rehearsal.jsonl"


def read_taught(folder: Path) -> tuple[Conversation, ...]:
    """The rows the model in `folder` was taught; none for a model that keeps none."""
    try:
        lines = (folder / _FILE).read_text(encoding="utf-8").split("\n")[:-1]
    except FileNotFoundError:
        return ()
    return tuple(_conversation(json.loads(line)) for line in lines)


def write_taught(folder: Path, rows: Iterable[Conversation]) -> None:
    """Keep in `folder` what its model was taught."""
    lines = [
        json.dumps(
            {"messages": [m.document() | {"weight": m.weight} for m in row], "tools": row.tools},
            ensure_ascii=False,
        )
        for row in rows
    ]
    write_bytes(folder / _FILE, "".join(f"{line}\n" for line in lines).encode())


def taught_by(rows: Iterable[Row]) -> tuple[Conversation, ...]:
    """What the rows of a job teach; of a pair the preferred answer."""
    return tuple(
        Conversation((*row.prompt, row.chosen), row.prompt.tools)
        if isinstance(row, Preference)
        else row
        for row in rows
    )


def kept_of(known: Sequence[Conversation], new: Sequence[Conversation]) -> tuple[Conversation, ...]:
    """The known rows whose question has no new answer: a stale answer is not rehearsed."""
    asked = {prompt_key(row[:-1]) for row in new}
    return tuple(row for row in known if prompt_key(row[:-1]) not in asked)


def as_pairs(
    kept: Sequence[Conversation], rejected: Sequence[TaughtMessage]
) -> tuple[Preference, ...]:
    """Known rows among pairs: their own answer before one that was rejected elsewhere."""
    return tuple(
        Preference(Conversation(row[:-1], row.tools), row[-1], rejected[index % len(rejected)])
        for index, row in enumerate(kept)
    )


def _conversation(said: dict[str, object]) -> Conversation:
    messages = said["messages"]
    assert isinstance(messages, list)  # noqa: S101
    tools = said.get("tools")
    return Conversation(
        (TaughtMessage.model_validate(message) for message in messages),
        tools if isinstance(tools, list) else (),
    )
