"""Chat rows as JSON Lines: what providers train on, and what `finetune import` reads.

UTF-8 as people read it, one `{"messages": […]}` per line.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from finetune.dataset.example import Example, Message, normalise
from finetune.errors import InputError


def row(example: Example) -> str:
    """One training row."""
    return json.dumps({"messages": [m.wire() for m in example.messages]}, ensure_ascii=False)


def jsonl(examples: Iterable[Example]) -> bytes:
    """Training rows, each ended by a newline."""
    return "".join(row(example) + "\n" for example in examples).encode()


def preference(messages: Sequence[Message], rejected: str) -> str:
    """One row of OpenAI's preference format: `rejected` was said, the last message is better."""
    return json.dumps(
        {
            "input": {"messages": [message.wire() for message in messages[:-1]]},
            "preferred_output": [{"role": "assistant", "content": messages[-1].content}],
            "non_preferred_output": [{"role": "assistant", "content": rejected}],
        },
        ensure_ascii=False,
    )


def is_pair(messages: Sequence[Message], rejected: str | None) -> bool:
    """Whether there is something to prefer over something else."""
    return rejected is not None and says_else(rejected, normalise(messages[-1].content))


def says_else(rejected: str, answer: str) -> bool:
    """Whether it says anything, and not the same as an answer that is normalised already."""
    return bool(rejected.strip()) and normalise(rejected) != answer


def read_rows(path: Path) -> Iterator[tuple[Message, ...]]:
    """The chat rows of a file. Raises InputError naming the line."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _parse(line, f"{path.name}, line {number}")
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not UTF-8 text") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None


def _parse(line: str, where: str) -> tuple[Message, ...]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise InputError(f"{where} is not JSON: {error}") from None
    rows: object = found.get("messages") if isinstance(found, dict) else None
    if not isinstance(rows, Sequence) or not rows:
        raise InputError(f'{where} needs {{"messages": [{{"role": …, "content": …}}, …]}}')
    try:
        return tuple(Message.model_validate(message) for message in rows)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InputError(f"{where}: {place}: {error.errors()[0]['msg']}") from None
