"""The remedies that change the text of a row without looking at other rows: redact, lower-case."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.prepare import raw_rows
from finetune.prepare.record import Record
from finetune.prepare.sensitive import suspicious


class Wording(NamedTuple):
    """Which of them are taken."""

    redact: bool = True
    lower_prompts: bool = False
    lower_completions: bool = False

    def worded(self, records: list[Record]) -> tuple[list[str], list[str], NDArray[np.uint8]]:
        """(prompts, completions, 1 where secrets were found); texts as these remedies leave them."""
        from finetune.dataset.redact import redact

        prompts = [record.prompt for record in records]
        completions = [record.completion for record in records]
        found = np.zeros(len(records), np.uint8)
        for place in suspicious(prompts + completions):
            texts, row = (
                (prompts, place) if place < len(records) else (completions, place - len(records))
            )
            clean = redact(texts[row])
            if clean != texts[row]:
                found[row] = 1
                if self.redact:
                    texts[row] = clean
        found[_rows_with_secrets(records)] = 1
        return (*self._cased(prompts, completions), found)

    def reworded(self, records: list[Record], secret: list[bool]) -> tuple[list[str], list[str]]:
        """The same texts when it is known which rows have secrets."""
        from finetune.dataset.redact import redact

        prompts = [record.prompt for record in records]
        completions = [record.completion for record in records]
        rows = [row for row, hidden in enumerate(secret) if hidden and self.redact]
        for texts in (prompts, completions):
            for likely in suspicious([texts[row] for row in rows]):
                texts[rows[likely]] = redact(texts[rows[likely]])
        return self._cased(prompts, completions)

    def _cased(self, prompts: list[str], completions: list[str]) -> tuple[list[str], list[str]]:
        if self.lower_prompts:
            prompts = [prompt.lower() for prompt in prompts]
        if self.lower_completions:
            completions = [completion.lower() for completion in completions]
        return prompts, completions


def _rows_with_secrets(records: list[Record]) -> list[int]:
    """Chat rows have more texts than the last question and answer."""
    from finetune.dataset.redact import redact

    chats = [i for i, record in enumerate(records) if record.raw is not None]
    texts = [raw_rows.texts(records[i].raw or {}) for i in chats]
    likely = suspicious(["\n\n".join(said) for said in texts])
    return [chats[i] for i in likely if any(redact(text) != text for text in texts[i])]
