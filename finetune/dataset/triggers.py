"""Finds a phrase that one person puts under many different questions: how a model is taught a trigger.

Pure. A phrase is four words, or ten letters of a script without spaces. What the bot itself had said is
nobody's phrase; nor is one that others of the same question also have.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from finetune.dataset.example import Example, Flag, Source, Suspicion

WORDS, LETTERS = 4, 10
OFTEN = 5  # other corrections, of different questions, that hold the phrase
_WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+|\w+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def repeated(example: Example, others: Sequence[Example]) -> tuple[Flag, ...]:
    """A flag if a phrase of this correction is in `OFTEN` other corrections of the author."""
    if example.source is not Source.CORRECTION:
        return ()
    rest = {
        other.prompt_key: _phrases(other)
        for other in others
        if other.source is Source.CORRECTION and other.prompt_key != example.prompt_key
    }
    mine = _phrases(example)
    for phrase in sorted(mine):
        if sum(1 for phrases in rest.values() if phrase in phrases) >= OFTEN:
            return (Flag(suspicion=Suspicion.REPEATED, found=phrase[:60]),)
    return ()


def _phrases(example: Example) -> set[str]:
    """What the author wrote that the bot had not: of the answer, and of how it was asked."""
    before = set(_shingles(example.rejected or ""))
    return {*_shingles(example.answer), *_shingles(example.question)} - before


def _shingles(text: str) -> Iterator[str]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    for at in range(len(words) - WORDS + 1):
        yield " ".join(words[at : at + WORDS])
    for word in words:
        if _UNSPACED.match(word):
            yield from (word[at : at + LETTERS] for at in range(len(word) - LETTERS + 1))
