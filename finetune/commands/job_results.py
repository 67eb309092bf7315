"""A job's results on the terminal: first and last rows, a summary, and the curves."""

from finetune.commands.job_views import aligned, document, figure, plain
from finetune.commands.output import Output
from finetune.jobs.braille import drawn
from finetune.jobs.job import Job
from finetune.jobs.results import ACCURACIES, LOSSES, Results

NARROW = 16  # characters; below, a curve says nothing
MARGIN = 14


def present(output: Output, job: Job, found: Results, rows: int) -> None:
    """The document, or tables and curves. `rows`: how many of the first and of the last."""
    summary = found.summary
    if output.as_json:
        numbers = {name: column.model_dump() for name, column in summary.items()}
        output.result(
            {"job": document(job), "columns": found.columns, "summary": numbers, "rows": found.rows}
        )
        return
    output.result(None, *_rows(found, rows), f"{len(found.rows)} rows", "")
    in_four = [
        [name, *map(figure, (column.first, column.last, column.min, column.max))]
        for name, column in summary.items()
    ]
    heading = ["column", "first", "last", "min", "max"]
    output.result(None, *aligned([heading, *in_four], frozenset({1, 2, 3, 4})))
    for curve in (*found.curves(LOSSES), *found.curves(ACCURACIES)):
        width = max(NARROW, min(72, output.console.width - MARGIN))
        lines = drawn(curve.steps, curve.values, width=width)
        output.result(None, "", plain(curve.name), *lines)


def _rows(found: Results, count: int) -> list[str]:
    shown = [[row.get(name, "") for name in found.columns] for row in found.rows]
    if len(shown) > 2 * count:
        shown = [*shown[:count], ["…"] * len(found.columns), *shown[-count:]]
    return aligned([found.columns, *shown], frozenset(range(len(found.columns))))
