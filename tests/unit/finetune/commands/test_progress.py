"""A bar shows for long work on a terminal only, and never on stdout."""

import io

import pytest
from rich.console import Console

from finetune.commands import progress
from finetune.commands.output import Output


def drawn(*, terminal: bool) -> str:
    remarks = Console(file=io.StringIO(), force_terminal=terminal, width=100)
    with progress.bar(Output(as_json=False, remarks=remarks), "Reading", 10) as advance:
        advance(4)
        advance(6)
    file = remarks.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_short_work_draws_nothing() -> None:
    assert "Reading" not in drawn(terminal=True)


def test_long_work_draws_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "SHOWN_AFTER", -1.0)
    assert "Reading" in drawn(terminal=True)


def test_nothing_is_drawn_where_no_person_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "SHOWN_AFTER", -1.0)
    assert drawn(terminal=False) == ""
