"""The file of `finetune evaluate -o`: a JSON line for each case, whole at the end or not there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from finetune.evaluation.comparison import Answered
from finetune.evaluation.manner import Manner
from finetune.files import written


class CaseResults:
    """Writes each case as it comes; with a judge when that has spoken."""

    def __init__(self, file: IO[bytes] | None, models: Sequence[str], *, judged: bool) -> None:
        self._file = file
        self._models = models
        self._judged = judged
        self._waiting: list[dict[str, Any]] = []

    def add(self, found: Answered, values: Mapping[str, tuple[float, ...]], manner: Manner) -> None:
        """One more case with its numbers, one for each model."""
        if self._file is None:
            return
        row = {
            "row": found.case.row,
            "question": found.case.question,
            "wanted": manner.wanted(found.case),
            "answers": dict(zip(self._models, map(manner.text, found.answers), strict=True)),
            "refused": {
                model: answer.refusal
                for model, answer in zip(self._models, found.answers, strict=True)
                if answer.refusal is not None
            },
            "metrics": {
                name: dict(zip(self._models, numbers, strict=True))
                for name, numbers in values.items()
            },
        }
        if self._judged:
            self._waiting.append(row)
        else:
            self._write(row)

    def judged(self, scores: Sequence[int]) -> None:
        """1 where the candidate won a case, -1 where the champion did; in the cases' order."""
        for row, score in zip(self._waiting, scores, strict=False):
            self._write(row | {"judge": score})

    def _write(self, row: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


@contextmanager
def case_results(
    path: Path | None, models: Sequence[str], *, judged: bool
) -> Iterator[CaseResults]:
    """Nothing is written without a path. Raises InputError: the file exists."""
    if path is None:
        yield CaseResults(None, models, judged=judged)
        return
    with written(path) as file:
        yield CaseResults(file, models, judged=judged)
