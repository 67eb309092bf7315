"""Who stands behind the cases of a report: whether a gain rests on one person's word.

From the dataset as it is when the gate decides. A report outlives what people have erased, so that it
keeps a hash in place of a name.
"""

from collections.abc import Iterable

from finetune.dataset.example import Example, Source, digest
from finetune.evaluation.report import CaseResult, Report

_BY_PEOPLE = frozenset({Source.THUMBS_UP, Source.CORRECTION})


def attributed(report: Report, examples: Iterable[Example]) -> Report:
    """The report with `voice` and `flagged` of each case whose example is still taught."""
    known = {example.example_id: example for example in examples}
    cases = (_attributed(case, known.get(case.example_id)) for case in report.cases)
    return report.model_copy(update={"cases": tuple(cases)})


def _attributed(case: CaseResult, example: Example | None) -> CaseResult:
    if example is None:
        return case
    return case.model_copy(update={"voice": _voice(example), "flagged": bool(example.flags)})


def _voice(example: Example) -> str | None:
    """None where a curator wrote it, several people say so, or nobody of the workspace gave it."""
    authors = set(example.authors)
    if example.source not in _BY_PEOPLE or example.by_curator or example.edited_by:
        return None
    return digest(authors.pop())[:8] if len(authors) == 1 else None
