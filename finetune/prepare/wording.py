"""The remedies that change the text of a row without looking at other rows: redact, lower-case."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.prepare import raw_rows
from finetune.prepare.record import Record, Rows
from finetune.prepare.sensitive import suspicious
from finetune.prepare.separators import without_mark

BRIEF = 4096  # letters of a text that is remembered


class Wording(NamedTuple):
    """Which of them are taken."""

    redact: bool = True
    lower_prompts: bool = False
    lower_completions: bool = False

    def worded(self, rows: Rows) -> tuple[list[str], list[str], NDArray[np.uint8]]:
        """(prompts, completions, 1 where secrets were found); redacted and not yet in lower case."""
        texts, found = rows.prompts + rows.completions, np.zeros(len(rows), np.uint8)
        for place in suspicious(texts):
            better = clean(texts[place])
            if better != texts[place]:
                found[place % len(rows)] = 1
                if self.redact:
                    texts[place] = better
        found[list(rows.others)] = 0  # chat rows have more texts than these two
        found[_rows_with_secrets(rows.others)] = 1
        return texts[: len(rows)], texts[len(rows) :], found

    def reworded(self, rows: Rows, secret: list[bool]) -> tuple[list[str], list[str]]:
        """The same texts when it is known which rows have secrets."""
        prompts, completions = rows.prompts, rows.completions
        hidden = [row for row, held in enumerate(secret) if held and self.redact]
        if hidden:
            prompts, completions = list(prompts), list(completions)
        for texts in (prompts, completions):
            for likely in suspicious([texts[row] for row in hidden]):
                texts[hidden[likely]] = clean(texts[hidden[likely]])
        return self.cased(prompts, completions)

    def raw(self, record: Record, *, secret: bool) -> raw_rows.Row:
        """A row that is no pair, redacted."""
        raw = record.raw or {}
        return raw_rows.changed(raw, clean) if secret and self.redact else raw

    def cased(self, prompts: list[str], completions: list[str]) -> tuple[list[str], list[str]]:
        """In lower case where that is taken."""
        if self.lower_prompts:
            prompts = [lowered(prompt) for prompt in prompts]
        if self.lower_completions:
            completions = [lowered(completion) for completion in completions]
        return prompts, completions


def _rows_with_secrets(others: dict[int, Record]) -> list[int]:
    """Chat rows have more texts than the last question and answer."""
    rows = list(others)
    texts = [raw_rows.texts(others[row].raw or {}) for row in rows]
    likely = suspicious(["\n\n".join(said) for said in texts])
    raws = [(rows[i], others[rows[i]].raw or {}) for i in likely]
    return [row for row, raw in raws if raw_rows.changed(raw, clean) != raw]


def lowered(text: str) -> str:
    """In lower case, but for a separator or stop text at its end."""
    said = without_mark(text)
    return said.lower() + text[len(said) :]


def clean(text: str) -> str:
    """Redacted; what is looked at and then written is worked out once."""
    from finetune.dataset.redact import redact

    return _remembered(text) if len(text) < BRIEF else redact(text)


@lru_cache(maxsize=2048)
def _remembered(text: str) -> str:
    from finetune.dataset.redact import redact

    return redact(text)
