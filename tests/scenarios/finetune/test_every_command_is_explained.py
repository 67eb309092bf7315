"""Each command has help with an example, and can be debugged."""

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from finetune.cli import app

COMMANDS = ("train", "runs", "promote", "rollback", "cancel", "import", "export")
OTHERS = ("trainer", "pretrain")  # they serve and train; nothing to debug in a session


def test_these_are_all_commands() -> None:
    assert set(get_command(app).commands) == {*COMMANDS, *OTHERS}  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", [*COMMANDS, *OTHERS])
def test_help_shows_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert "Example: " in result.output
    assert f"finetune {command}" in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_about_the_store_knows_json_and_debug(command: str) -> None:
    output = CliRunner().invoke(app, [command, "--help"]).output
    assert "--json" in output
    assert "--debug" in output
    assert "--workspace" in output
