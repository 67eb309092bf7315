"""Finds a phrase that one person puts under many different questions: how a model is taught a trigger.

Pure. A phrase is four words, or ten letters of a script without spaces. What the bot itself had said is
nobody's phrase; nor is one that others of the same question also have.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from finetune.dataset.example import Example, Flag, Source, Suspicion

WORDS, LETTERS = 4, 10
LONGEST = 12_000  # letters of a text that are looked at; what is longer is flagged for that
OFTEN = 5  # other corrections, of different questions, that hold the phrase
_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+|\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def repeated(example: Example, others: Sequence[Example]) -> tuple[Flag, ...]:
    """A flag if a phrase of this correction is in `OFTEN` other corrections of the author."""
    if example.source is not Source.CORRECTION:
        return ()
    rest = {
        other.prompt_key: other
        for other in others
        if other.source is Source.CORRECTION and other.prompt_key != example.prompt_key
    }
    mine = Counter(dict.fromkeys(_phrases(example), 0))
    for other in rest.values() if mine else ():  # only what is mine is kept of each
        shared = {phrase for phrase in _new(other) if phrase in mine}
        if shared:
            shared.difference_update(_shingles(other.rejected or ""))
        mine.update(shared)
    often = sorted(phrase for phrase, count in mine.items() if count >= OFTEN)
    return (Flag(suspicion=Suspicion.REPEATED, found=often[0][:60]),) if often else ()


def _phrases(example: Example) -> set[str]:
    """What the author wrote that the bot had not: of the answer, and of how it was asked."""
    return set(_new(example)).difference(_shingles(example.rejected or ""))


def _new(example: Example) -> Iterator[str]:
    return chain(_shingles(example.answer), _shingles(example.question))


def _shingles(text: str) -> Iterator[str]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text[:LONGEST]).casefold())
    for at in range(len(words) - WORDS + 1):
        yield " ".join(words[at : at + WORDS])
    for word in words:
        if _UNSPACED.match(word):
            yield from (word[at : at + LETTERS] for at in range(len(word) - LETTERS + 1))
