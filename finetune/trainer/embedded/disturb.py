"""Light disturbances of a question, so that a reworded one is often still answered.

Used in training only; the randomness comes from the caller, so a seed repeats it.
"""

import numpy as np

_BEFORE = (
    "hi, ", "hello, ", "please tell me ", "can you tell me ", "quick question: ", "do you know ",
    "excuse me, ",
)  # fmt: skip
_BEFORE_JA = ("すみません、", "こんにちは、", "質問です。", "あの、")
_AFTER_JA = ("教えてください。", "お願いします。")
_MARKS = "?\uff1f\u3002.!\uff01\u3001,"  # full-width ones too


def disturb(question: str, dice: np.random.Generator) -> str:
    """`question` (normalised) as someone else might have typed it."""
    text = question
    if dice.random() < 0.3:
        text = text.rstrip(_MARKS)
    if dice.random() < 0.35:
        text = _drop_words(text, dice) if text.count(" ") >= 3 else _drop_letter(text, dice)
    if dice.random() < 0.25:
        text = _drop_letter(text, dice)
    if dice.random() < 0.25:
        text = _polite(text, dice)
    return text or question


def is_japanese(text: str) -> bool:
    """Whether the text holds kana or kanji."""
    return any("\u3040" <= letter <= "\u30ff" or "\u4e00" <= letter <= "\u9fff" for letter in text)


def _drop_words(text: str, dice: np.random.Generator) -> str:
    words = text.split(" ")
    for _ in range(1 + int(dice.random() < 0.4)):
        del words[int(dice.integers(len(words)))]
    return " ".join(words)


def _drop_letter(text: str, dice: np.random.Generator) -> str:
    if len(text) < 5:
        return text
    at = int(dice.integers(len(text)))
    return text[:at] + text[at + 1 :]


def _polite(text: str, dice: np.random.Generator) -> str:
    if not is_japanese(text):
        return _BEFORE[int(dice.integers(len(_BEFORE)))] + text
    if dice.random() < 0.6:
        return _BEFORE_JA[int(dice.integers(len(_BEFORE_JA)))] + text
    return text + _AFTER_JA[int(dice.integers(len(_AFTER_JA)))]
