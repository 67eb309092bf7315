"""The remedies that change the text of a row without looking at other rows: redact, lower-case."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.prepare import raw_rows
from finetune.prepare.record import Record, Rows
from finetune.prepare.sensitive import suspicious

BRIEF = 4096  # letters of a text that is remembered


class Wording(NamedTuple):
    """Which of them are taken."""

    redact: bool = True
    lower_prompts: bool = False
    lower_completions: bool = False

    def worded(self, rows: Rows) -> tuple[list[str], list[str], NDArray[np.uint8]]:
        """(prompts, completions, 1 where secrets were found); texts as these remedies leave them."""
        texts, found = rows.prompts + rows.completions, np.zeros(len(rows), np.uint8)
        for place in suspicious(texts):
            better = clean(texts[place])
            if better != texts[place]:
                found[place % len(rows)] = 1
                if self.redact:
                    texts[place] = better
        found[_rows_with_secrets(rows.others)] = 1
        return (*self._cased(texts[: len(rows)], texts[len(rows) :]), found)

    def reworded(self, rows: Rows, secret: list[bool]) -> tuple[list[str], list[str]]:
        """The same texts when it is known which rows have secrets."""
        prompts, completions = rows.prompts, rows.completions
        hidden = [row for row, held in enumerate(secret) if held and self.redact]
        if hidden:
            prompts, completions = list(prompts), list(completions)
        for texts in (prompts, completions):
            for likely in suspicious([texts[row] for row in hidden]):
                texts[hidden[likely]] = clean(texts[hidden[likely]])
        return self._cased(prompts, completions)

    def _cased(self, prompts: list[str], completions: list[str]) -> tuple[list[str], list[str]]:
        if self.lower_prompts:
            prompts = [prompt.lower() for prompt in prompts]
        if self.lower_completions:
            completions = [completion.lower() for completion in completions]
        return prompts, completions


def _rows_with_secrets(others: dict[int, Record]) -> list[int]:
    """Chat rows have more texts than the last question and answer."""
    rows = list(others)
    texts = [raw_rows.texts(others[row].raw or {}) for row in rows]
    likely = suspicious(["\n\n".join(said) for said in texts])
    return [rows[i] for i in likely if any(clean(text) != text for text in texts[i])]


def clean(text: str) -> str:
    """Redacted; what is looked at and then written is worked out once."""
    from finetune.dataset.redact import redact

    return _remembered(text) if len(text) < BRIEF else redact(text)


@lru_cache(maxsize=2048)
def _remembered(text: str) -> str:
    from finetune.dataset.redact import redact

    return redact(text)
