"""Each command has help with an example, and can be debugged."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from finetune.cli import app

OF_THE_STORE = {"runs", "promote", "rollback", "cancel", "export", "train", "import file"}
SERVING = {"trainer", "pretrain"}  # nothing to debug in a session


def commands(group: Any, *path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name))


ALL = sorted(commands(get_command(app)))


def help_of(command: str) -> str:
    result = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    return result.output


def test_these_are_among_the_commands() -> None:
    assert set(ALL) >= OF_THE_STORE | SERVING


@pytest.mark.parametrize("command", ALL)
def test_help_shows_an_example(command: str) -> None:
    shown = help_of(command)
    assert "Example: " in shown
    assert f"finetune {command.removesuffix(' file')}" in shown


@pytest.mark.parametrize("command", sorted(set(ALL) - SERVING))
def test_every_command_knows_json_and_debug(command: str) -> None:
    shown = help_of(command)
    assert "--json" in shown
    assert "--debug" in shown


@pytest.mark.parametrize("command", sorted(OF_THE_STORE))
def test_what_works_on_a_store_knows_its_workspace(command: str) -> None:
    assert "--workspace" in help_of(command)
