"""Apologies say what to do, and promise nothing that cannot be done."""

import pytest

from bot.chat.apologies import sorry
from bot.errors import AccessRefused, BotError, ModelGone, ModelSilent, ModelUnavailable
from bot.texts import EN, JA
from bot.texts.chat import ChatTexts

AGAIN = [ModelSilent, ModelUnavailable, ModelGone, AccessRefused]


@pytest.mark.parametrize("kind", AGAIN)
@pytest.mark.parametrize("chat", [EN.chat, JA.chat], ids=["en", "ja"])
def test_what_is_not_kept_cannot_be_tried_again(kind: type[BotError], chat: ChatTexts) -> None:
    assert "Try again" in sorry(kind("x"), chat, kept=True)
    told = sorry(kind("x"), chat, kept=False)
    assert "Try again" not in told
    assert "not lost" not in told
    assert "質問は失われて" not in told


def test_sentences_are_set_as_their_language_wants() -> None:
    assert "moment. Your question" in sorry(ModelUnavailable("x"), EN.chat, kept=True)
    assert "いません。質問は" in sorry(ModelUnavailable("x"), JA.chat, kept=True)
