"""Ids of models stay whole in a table, however narrow the terminal is."""

from io import StringIO

from rich.console import Console
from rich.table import Table

from finetune.commands.model_tables import print_table

MODELS = ("ft:base:an-organisation:a-very-long-suffix:AbCdEfGh", "small-talk")


def printed(*, terminal: bool) -> str:
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for model in MODELS:
        table.add_column(model, justify="right", no_wrap=True)
    table.add_row("cases", "6", "6")
    file = StringIO()
    console = Console(file=file, width=40, force_terminal=terminal, color_system=None)
    print_table(console, table, MODELS)
    return file.getvalue()


def test_a_pipe_has_no_width() -> None:
    head, row = printed(terminal=False).splitlines()
    assert head.split() == list(MODELS)
    assert row.split() == ["cases", "6", "6"]


def test_a_narrow_terminal_gets_letters_and_the_whole_ids_above() -> None:
    first, second, head, row = printed(terminal=True).splitlines()
    assert (first, second) == (f"A = {MODELS[0]}", f"B = {MODELS[1]}")
    assert (head.split(), row.split()) == (["A", "B"], ["cases", "6", "6"])
