"""Rows and files for the tests of the check."""

import json
from pathlib import Path
from typing import Any

from finetune.check.file import Options, check_file
from finetune.check.report import Report

MODEL = "gpt-4.1-mini-2025-04-14"


def user(text: str = "Hi") -> dict[str, Any]:
    return {"role": "user", "content": text}


def answer(text: str = "Hello!", **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": text, **more}


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    return {"messages": list(messages) or [user(), answer()], **more}


def call(number: str = "c1", **changes: Any) -> dict[str, Any]:
    made = {"id": number, "type": "function", "function": {"name": "w", "arguments": "{}"}}
    return {"role": "assistant", "tool_calls": [{**made, **changes}]}


def dpo(**changes: Any) -> dict[str, Any]:
    return {
        "input": {"messages": [user()], "tools": [], "parallel_tool_calls": True},
        "preferred_output": [answer("Hello!")],
        "non_preferred_output": [answer("What?")],
        **changes,
    }


TOOL = {"type": "function", "function": {"name": "w", "parameters": {"type": "object"}}}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}


def written(folder: Path, *rows: Any) -> Path:
    """A file of rows; bytes are lines as they are."""
    file = folder / "rows.jsonl"
    lines = [
        row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=False).encode()
        for row in rows
    ]
    file.write_bytes(b"\n".join(lines) + b"\n")
    return file


def checked(folder: Path, *rows: Any, **options: Any) -> Report:
    return check_file(written(folder, *rows), Options(model=MODEL, **options))


def errors(report: Report) -> list[tuple[int, str]]:
    return [(error.line, error.code) for error in report.errors]
