"""Which of our languages a browser wants."""

from bot.texts import Language, language_of


def preferred(accept_language: str) -> Language:
    """The best of our languages for a browser's `Accept-Language` (RFC 9110, 12.5.4)."""
    wishes = []
    for place, wish in enumerate(accept_language.split(",")):
        tag, _, weight = wish.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        spoken = tag.strip().lower().partition("-")[0]
        if spoken in ("en", "ja") and quality > 0:
            wishes.append((-quality, place, spoken))
    return language_of(min(wishes)[2]) if wishes else Language.EN
