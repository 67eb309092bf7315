"""Who stands behind the cases of a report: whether a gain rests on one person's word.

From the dataset as it is when the gate decides, and from the snapshot where the dataset does not teach
the same any more: what was learnt does not become somebody else's because it was taken back since. A
report outlives what people have erased, so that it keeps a hash in place of a name.
"""

from collections.abc import Iterable

from finetune.dataset.example import Example
from finetune.dataset.snapshot import UNKNOWN, Row, Snapshot
from finetune.evaluation.report import CaseResult, Report


def attributed(report: Report, snapshot: Snapshot, examples: Iterable[Example]) -> Report:
    """The report with `voice` and `flagged` of each case."""
    rows = {row.example_id: row for row in (*snapshot.train, *snapshot.validation)}
    known = _by_ids(examples)
    cases = (
        _attributed(case, rows.get(case.example_id), known.get(case.example_id))
        for case in report.cases
    )
    return report.model_copy(update={"cases": tuple(cases)})


def _by_ids(examples: Iterable[Example]) -> dict[str, Example]:
    """By their own ids and by those of their votes: a vote may have moved to another row."""
    taught = list(examples)
    votes = {vote.example_id: example for example in taught for vote in example.votes}
    return {example.example_id: example for example in taught} | votes


def _attributed(case: CaseResult, row: Row | None, example: Example | None) -> CaseResult:
    if example is not None and (row is None or row.content_key == example.content_key):
        return case.model_copy(update={"voice": example.voice, "flagged": example.suspect})
    voice, flagged = (UNKNOWN, False) if row is None else (row.voice, row.flagged)
    return case.model_copy(update={"voice": voice, "flagged": flagged})
