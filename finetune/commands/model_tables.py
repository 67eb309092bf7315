"""Tables with a column for each model, whose ids are never cut or folded: people copy them."""

from collections.abc import Sequence
from string import ascii_uppercase

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

WIDEST = 10_000  # characters


def print_table(console: Console, table: Table, models: Sequence[str]) -> None:
    """As wide as it needs to be; a terminal that is narrower gets letters for the models."""
    width = _width(console, table)
    if console.is_terminal and width > console.width:
        _letter(console, table, models)
    else:
        console.width = max(console.width, width)
    console.print(table)


def _width(console: Console, table: Table) -> int:
    return Measurement.get(console, console.options.update(width=WIDEST), table).maximum


def _letter(console: Console, table: Table, models: Sequence[str]) -> None:
    letters = {escape(model): ascii_uppercase[n % 26] for n, model in enumerate(models)}
    for column in table.columns:
        column.header = letters.get(str(column.header), column.header)
    for model, letter in zip(models, letters.values(), strict=True):
        console.print(f"{letter} = {model}", markup=False, highlight=False, soft_wrap=True)
