"""Every sentence the bot itself says to people, in English and Japanese; one file per surface.

A sentence with blanks is filled by `str.format`; a test compares the blanks of both languages.
"""

from dataclasses import dataclass

from bot.texts import aside, chat, feedback, home, places, reading, retrain, runs
from bot.texts.aside import AsideTexts
from bot.texts.chat import ChatTexts
from bot.texts.feedback import FeedbackTexts
from bot.texts.home import HomeTexts
from bot.texts.language import Language, language_of
from bot.texts.places import PlaceTexts
from bot.texts.reading import ReadingTexts
from bot.texts.retrain import RetrainTexts
from bot.texts.runs import RunTexts


@dataclass(frozen=True)
class Texts:
    """All sentences in one language."""

    language: Language
    chat: ChatTexts
    feedback: FeedbackTexts
    retrain: RetrainTexts
    reading: ReadingTexts
    home: HomeTexts
    places: PlaceTexts
    runs: RunTexts
    aside: AsideTexts


EN = Texts(
    Language.EN,
    chat.EN,
    feedback.EN,
    retrain.EN,
    reading.EN,
    home.EN,
    places.EN,
    runs.EN,
    aside.EN,
)
JA = Texts(
    Language.JA,
    chat.JA,
    feedback.JA,
    retrain.JA,
    reading.JA,
    home.JA,
    places.JA,
    runs.JA,
    aside.JA,
)


def texts(language: Language) -> Texts:
    """The sentences of one language."""
    return JA if language is Language.JA else EN


__all__ = ["EN", "JA", "Language", "Texts", "language_of", "texts"]
