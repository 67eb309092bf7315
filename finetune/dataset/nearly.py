"""When two questions are nearly the same: the same words in any order, whatever stands around them."""

import re
import unicodedata

from finetune.dataset.example import digest

_WORD = re.compile(r"\w+")


def question_key(question: str) -> str:
    """Hash of the question's words without case, order, repetition and punctuation."""
    text = unicodedata.normalize("NFKC", question).casefold()
    return digest(sorted(set(_WORD.findall(text))) or text)
