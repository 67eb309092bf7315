"""Answers that are labels: which class an answer names, and how likely each class was.

Works on the log-probabilities of the tokens that the model wrote, for labels of one token or more.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import exp

from finetune.asking.question import Token
from finetune.dataset.example import normalise

MOST = 20  # classes, when they are not named
LONGEST = 40  # characters of a label
_AROUND = " \t\n\r.,;:!?\"'`*()[]。、「」『』"


class Labels:
    """Collects wanted answers while they look like labels; keeps no more than a few of them."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()
        self._are_labels = True

    def see(self, wanted: str | None) -> None:
        """One more wanted answer."""
        text = (wanted or "").strip()
        if not text or len(text) > LONGEST or "\n" in text:
            self._are_labels = False
        elif self._are_labels:
            self._found[text] += 1
            self._are_labels = len(self._found) <= MOST

    @property
    def classes(self) -> tuple[str, ...] | None:
        """In the order of the alphabet; None when the answers are no labels of a classification."""
        total = self._found.total()
        repeated = total >= 2 * len(self._found)
        if not self._are_labels or len(self._found) < 2 or not repeated:
            return None
        return tuple(sorted(self._found))


def predicted(answer: str, classes: Sequence[str]) -> str | None:
    """The class that an answer is, or the only one it names; None for any other answer."""
    bare = normalise(answer).strip(_AROUND)
    known = {normalise(name): name for name in classes}
    if bare in known:
        return known[bare]
    named = {
        name for text, name in known.items() if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", bare)
    }
    return named.pop() if len(named) == 1 else None


def chances(tokens: Sequence[Token], classes: Sequence[str]) -> tuple[float, ...] | None:
    """The probability of each class, 1 in sum, from what could have been written in place of each
    token up to the first that tells the classes apart; None without log-probabilities."""
    if not tokens or not any(token.top for token in tokens):
        return None
    known = [normalise(name) for name in classes]
    masses, begun, so_far = [0.0] * len(known), "", 1.0
    for token in tokens:
        rivals = dict(token.top) | {token.text: token.logprob}
        for text, logprob in rivals.items():
            fitting = _fitting(begun + text, known)
            if len(fitting) == 1:
                masses[fitting[0]] += so_far * exp(logprob)
        if len(_fitting(begun + token.text, known)) == 1:
            break
        begun += token.text
        so_far *= exp(token.logprob)
    total = sum(masses)
    return tuple(mass / total if total else 1 / len(known) for mass in masses)


def _fitting(text: str, known: Sequence[str]) -> list[int]:
    """The classes that may go on like this, or are written in full."""
    begun = normalise(text).strip(_AROUND)
    if not begun:
        return []
    exact = [n for n, name in enumerate(known) if name == begun]
    return exact or [n for n, name in enumerate(known) if name.startswith(begun)]
