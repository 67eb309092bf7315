"""How a legacy completion model is asked: its prompts end in a separator, its answers at a stop.

The choices are those of the table in OpenAI's old data preparation tool, so that a model that was
trained on its rows is asked in the same form.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Self

LAST_SEPARATOR = "\n\n### =>\n\n"  # where each of the others stands in a prompt
SEPARATORS = (" ->", "\n\n###\n\n", "\n\n===\n\n", "\n\n---\n\n", "\n\n===>\n\n", "\n\n--->\n\n")
STOPS = (" END", "***", "+++", "&&&", "$$$", "@@@", "%%%")


class LegacyForm(NamedTuple):
    """What ends a prompt, and what ends an answer."""

    separator: str
    stop: tuple[str, ...] = ()

    def prompt(self, text: str) -> str:
        """`text` with the separator at its end, once."""
        return text if text.endswith(self.separator) else text + self.separator

    def answer(self, text: str) -> str:
        """The answer without the space it was trained to begin with, and without a stop."""
        for stop in self.stop:
            text = text.split(stop, 1)[0]
        return text.strip()

    @classmethod
    def guessed(cls, separator: str | None, stop: tuple[str, ...], traits: "LegacyTraits") -> Self:
        """What was given, or what the texts themselves suggest."""
        return cls(traits.separator if separator is None else separator, stop or traits.stop)


class LegacyTraits:
    """What many prompts and answers have in common; sees each once and keeps none."""

    def __init__(self) -> None:
        self._prompts = 0
        self._ends: Counter[str] = Counter()  # how many prompts end in which separator
        self._free = set(SEPARATORS)  # in no prompt
        self._stops = {*STOPS, "\n"}  # ends of all answers
        self._answers = 0

    def see(self, prompt: str, answer: str | None = None) -> None:
        """One more of them."""
        self._prompts += 1
        self._ends.update(end for end in (*SEPARATORS, LAST_SEPARATOR) if prompt.endswith(end))
        self._free = {end for end in self._free if end not in prompt}
        if "\n" in prompt:
            self._free.discard(" ->")  # for prompts of one line
        if answer is not None:
            self._answers += 1
            self._stops = {stop for stop in self._stops if answer.endswith(stop)}

    def see_all(self, prompts: Iterable[str]) -> Self:
        """All of `prompts`."""
        for prompt in prompts:
            self.see(prompt)
        return self

    @property
    def separator(self) -> str:
        """The one that most prompts end in; else the one that `finetune prepare` would add."""
        if self.separator_seen:
            return self._ends.most_common(1)[0][0]
        return next((end for end in SEPARATORS if end in self._free), LAST_SEPARATOR)

    @property
    def separator_seen(self) -> bool:
        """Whether more than half of the prompts end in one and the same."""
        return any(2 * count > self._prompts for count in self._ends.values())

    @property
    def stop(self) -> tuple[str, ...]:
        """What all answers end in; else " END"."""
        found = self._stops if self._answers else set()
        return tuple(sorted(found, key=len)[-1:]) or STOPS[:1]
