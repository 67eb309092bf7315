"""What happened and what to do, as people read it, where no model answers."""

from bot.errors import (
    AccessRefused,
    AnswerBroken,
    BotError,
    ContentRefused,
    ModelGone,
    ModelSilent,
    ModelUnavailable,
    TooLong,
)
from bot.texts.chat import ChatTexts


def sorry(error: BotError, said: ChatTexts, *, kept: bool) -> str:
    """Never the error's own words. What is not `kept` cannot be tried again, only asked again."""
    later = said.again_later if kept else said.ask_later
    slow = said.again_slow if kept else said.ask_later
    afterwards = said.again_afterwards if kept else said.ask_afterwards
    sentences: tuple[tuple[type[BotError], str, str], ...] = (
        (AnswerBroken, said.sorry_broken, ""),
        (ModelSilent, said.sorry_slow, slow),
        (ModelUnavailable, said.sorry_later, later),
        (ModelGone, said.sorry_gone, afterwards),
        (AccessRefused, said.sorry_access, afterwards),
        (TooLong, said.sorry_too_long, ""),
        (ContentRefused, said.sorry_content, ""),
    )
    for kind, happened, do in sentences:
        if isinstance(error, kind):
            return together(happened, do)
    return said.sorry_refused


def together(first: str, second: str) -> str:
    """Two sentences; Japanese ones have no space between them."""
    return f"{first}{' ' if first.endswith('.') and second else ''}{second}"
