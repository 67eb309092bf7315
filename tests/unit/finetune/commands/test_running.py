"""Whatever happens in a command, a person sees one line, and a developer with --debug all of it."""

import pytest
import typer

from finetune.commands.running import UNFORESEEN, explained, explaining
from finetune.errors import InputError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("cannot read a.csv"), "finetune: cannot read a.csv\n"),
        (ZeroDivisionError("secret"), f"finetune: {UNFORESEEN} (ZeroDivisionError); with --debug"),
    ],
)
def test_an_error_is_one_line_and_ends_with_1(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as end, explained(debug=False):
        raise error
    assert end.value.exit_code == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert "secret" not in err


def test_debug_shows_where_it_happened(capsys: pytest.CaptureFixture[str]) -> None:
    @explaining
    def command(*, debug: bool) -> None:
        raise ZeroDivisionError

    with pytest.raises(typer.Exit) as end:
        command(debug=True)
    assert end.value.exit_code == 1
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "in command" in err
    assert "ZeroDivisionError" in err


@pytest.mark.parametrize("error", [typer.Exit(3), typer.BadParameter("no"), BrokenPipeError()])
def test_what_typer_knows_is_left_to_it(error: Exception) -> None:
    with pytest.raises(type(error)), explained(debug=False):
        raise error


def test_an_interruption_is_no_error() -> None:
    with pytest.raises(typer.Exit) as end, explained(debug=False):
        raise KeyboardInterrupt
    assert end.value.exit_code == 130
