"""The languages of the bot's own sentences. The model answers in whatever language it is asked."""

from enum import StrEnum


class Language(StrEnum):
    """By ISO 639."""

    EN = "en"
    JA = "ja"


def language_of(locale: str) -> Language:
    """Slack's locale (`ja-JP`) → the language to speak; English where we know no better."""
    return Language.JA if locale.lower().startswith("ja") else Language.EN
