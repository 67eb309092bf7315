"""A job's results on the terminal: first and last rows, a summary, and the curves."""

from rich.table import Table

from finetune.commands.job_views import document, figure
from finetune.commands.output import Output
from finetune.jobs.braille import drawn
from finetune.jobs.job import Job
from finetune.jobs.results import ACCURACIES, LOSSES, Results

NARROW = 16  # characters; below, a curve says nothing
MARGIN = 14


def present(output: Output, job: Job, found: Results, rows: int) -> None:
    """The document, or tables and curves. `rows`: how many of the first and of the last."""
    if output.as_json:
        summary = {name: column.model_dump() for name, column in found.summary.items()}
        output.result(
            {"job": document(job), "columns": found.columns, "summary": summary, "rows": found.rows}
        )
        return
    output.console.print(_rows(found, rows))
    output.result(None, f"{len(found.rows)} rows", "")
    output.console.print(_summary(found))
    for curve in (*found.curves(LOSSES), *found.curves(ACCURACIES)):
        width = max(NARROW, min(72, output.console.width - MARGIN))
        output.result(None, "", curve.name, *drawn(curve.steps, curve.values, width=width))


def _rows(found: Results, count: int) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in found.columns:
        table.add_column(name, justify="right")
    shown = found.rows
    if len(shown) > 2 * count:
        shown = [*shown[:count], dict.fromkeys(found.columns, "…"), *shown[-count:]]
    for row in shown:
        table.add_row(*(row.get(name, "") for name in found.columns))
    return table


def _summary(found: Results) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("column")
    for heading in ("first", "last", "min", "max"):
        table.add_column(heading, justify="right")
    for name, column in found.summary.items():
        table.add_row(name, *map(figure, (column.first, column.last, column.min, column.max)))
    return table
