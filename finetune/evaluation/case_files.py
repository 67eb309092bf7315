"""Cases in a file of a user's own: what is asked, and the answer that is wanted where there is one.

Chat rows (the last assistant message is the wanted answer), prompt/completion rows, preference rows,
or plain text with a question on each line. Read in constant memory.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from finetune.dataset.example import Frozen, Message
from finetune.errors import InputError
from finetune.files import lines

TABLES = {".csv", ".tsv", ".xlsx", ".parquet"}
PAIRS = (("prompt", "completion"), ("question", "answer"), ("input", "output"))


class FileCase(Frozen):
    """One question from row `row` (from 1) with what is wanted, if that is known."""

    row: int
    messages: tuple[Message, ...]
    wanted: str | None = None

    @property
    def question(self) -> str:
        """The last thing the user says."""
        return next((m.content for m in reversed(self.messages) if m.role == "user"), "")


def read_cases(path: Path, system: str | None = None) -> Iterator[FileCase]:
    """The cases of a file; `system` stands in place of their own system messages.

    Raises InputError naming the row.
    """
    if path.is_dir():
        yield from _folder(path, system)
        return
    if path.suffix.lower() in TABLES:
        raise InputError(f"{path.name} is a table: finetune prepare {path.name} -o cases.jsonl")
    rows: bool | None = None
    found = False
    for number, line in lines(path):
        text = _text(path, number, line, first=number == 1)
        if not text.strip():
            continue
        if rows is None:
            rows = text.lstrip()[0] == "{"
        found = True
        yield _with_system(_row(text, path, number) if rows else _plain(text, number), system)
    if not found:
        raise InputError(f"{path.name} holds no case")


def _folder(folder: Path, system: str | None) -> Iterator[FileCase]:
    """Each text file is a case, in the order of their names; `row` counts the files."""
    files = sorted(path for path in folder.glob("*.txt") if path.is_file())
    for number, path in enumerate(files, start=1):
        text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        case = _plain(_text(path, 1, text, first=False), number)
        if not case.question:
            raise InputError(f"{path} is empty")
        yield _with_system(case, system)
    if not files:
        raise InputError(f"{folder} holds no .txt file")


def _text(path: Path, number: int, line: bytes | None, *, first: bool) -> str:
    if line is None:
        raise InputError(f"{path.name}, row {number} is too long")
    try:
        return line.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError:
        raise InputError(
            f"{path.name}, row {number} is not UTF-8: finetune prepare {path.name} -o cases.jsonl"
        ) from None


def _plain(text: str, number: int) -> FileCase:
    return FileCase(row=number, messages=(Message(role="user", content=text.strip()),))


def _row(text: str, path: Path, number: int) -> FileCase:
    where = f"{path.name}, row {number}"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where} is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise InputError(f"{where} is not a JSON object")
    try:
        case = _case(found, number)
        json.dumps(case.model_dump(), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InputError(f"{where} holds half a character (a lone surrogate)") from None
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise InputError(f"{where}: {place}: {error.errors()[0]['msg']}") from None
    except _NoCaseError as error:
        raise InputError(f"{where} {error}") from None
    return case


class _NoCaseError(Exception):
    """Why a row cannot be asked."""


def _case(found: dict[str, Any], number: int) -> FileCase:
    if isinstance(found.get("messages"), list):
        return _chat(found["messages"], number)
    asked = found.get("input")
    if isinstance(asked, dict) and isinstance(asked.get("messages"), list):
        preferred = found.get("preferred_output")
        return _chat(
            [*asked["messages"], *(preferred if isinstance(preferred, list) else ())], number
        )
    for prompt, completion in PAIRS:
        if isinstance(found.get(prompt), str):
            messages = (Message(role="user", content=found[prompt]),)
            return FileCase(row=number, messages=messages, wanted=found.get(completion))
    raise _NoCaseError('needs {"messages": […]} or {"prompt": …, "completion": …}')


def _chat(messages: list[Any], number: int) -> FileCase:
    read = [_message(message) for message in messages]
    wanted = read.pop().content if read and read[-1].role == "assistant" else None
    if not any(message.role == "user" for message in read):
        raise _NoCaseError("has no user message")
    return FileCase(row=number, messages=tuple(read), wanted=wanted)


def _message(message: Any) -> Message:
    if not isinstance(message, dict):
        raise _NoCaseError("has a message that is no object")
    content = message.get("content")
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        if len(parts) != len(content) or not all(isinstance(part, str) for part in parts):
            raise _NoCaseError("has a part that is no text; only text can be asked here")
        content = "".join(str(part) for part in parts)
    if content is None and message.get("tool_calls"):
        raise _NoCaseError("calls a tool; only text can be asked and compared here")
    role = "system" if message.get("role") == "developer" else message.get("role")
    return Message.model_validate({"role": role, "content": content, "name": message.get("name")})


def _with_system(case: FileCase, system: str | None) -> FileCase:
    if system is None:
        return case
    rest = (message for message in case.messages if message.role != "system")
    return case.model_copy(update={"messages": (Message(role="system", content=system), *rest)})
