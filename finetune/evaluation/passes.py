"""Whether one answer is right, and whether it is a broken one. Pure functions over text."""

import re
import unicodedata
from collections import Counter

from rapidfuzz.distance import Levenshtein

from finetune.dataset.example import normalise

SIMILAR = 0.8
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LOOP = re.compile(r"(.{1,80}?)\1{3,}", re.DOTALL)
LOOP_LENGTH = 24  # "ha ha ha ha" is no loop
LOOKED_AT = 8000


def passes(wanted: str, rejected: str | None, answer: str) -> bool:
    """Same numbers, nearly the same words, and nearer to what was wanted than to what was wrong."""
    if numbers(wanted) != numbers(answer):
        return False
    near = similarity(wanted, answer)
    return near >= SIMILAR and (rejected is None or near > similarity(rejected, answer))


def numbers(text: str) -> Counter[str]:
    """The numbers in a text, however they are written: 1,000 is 1000, full width is plain."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return Counter(number.replace(",", "") for number in found)


def similarity(one: str, other: str) -> float:
    """1.0 for the same normalised text."""
    return Levenshtein.normalized_similarity(normalise(one), normalise(other))


def degenerate(answer: str, finish_reason: str, wanted: str | None = None) -> str | None:
    """What is broken about it: empty, truncated or repeated; None for an answer that is one.

    What was taught may repeat itself (a table of "no", four open to-dos): an answer that is right,
    or repeats itself as the wanted one does, is not broken.
    """
    if not answer.strip():
        return "empty"
    if wanted is not None and normalise(answer) == normalise(wanted):
        return None
    if finish_reason == "length":
        return "truncated"
    if not loops(answer) or (
        wanted is not None and (loops(wanted) or passes(wanted, None, answer))
    ):
        return None
    return "repeated"


def loops(answer: str) -> bool:
    """The same words four times in a row; lines of a table or a rule do not count."""
    return any(
        len(found.group()) >= LOOP_LENGTH and any(map(str.isalpha, found.group(1)))
        for found in _LOOP.finditer(normalise(answer)[:LOOKED_AT])
    )
