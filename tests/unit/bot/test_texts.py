"""Both languages say the same things."""

from dataclasses import fields
from string import Formatter

import pytest

from bot.texts import EN, JA, Language, language_of, texts

SENTENCES = [
    (f"{group.name}.{field.name}", getattr(getattr(EN, group.name), field.name), group, field)
    for group in fields(EN)
    if group.name != "language"
    for field in fields(getattr(EN, group.name))
]


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize(("name", "english", "group", "field"), SENTENCES)
def test_a_sentence_has_the_same_blanks_in_both_languages(
    name: str, english: object, group: object, field: object
) -> None:
    japanese = getattr(getattr(JA, group.name), field.name)  # type: ignore[attr-defined]
    assert type(english) is type(japanese)
    if isinstance(english, str):
        assert blanks(english) == blanks(japanese)


def test_the_language_is_that_of_the_locale() -> None:
    assert texts(language_of("ja-JP")) is JA
    assert texts(language_of("pt-BR")) is EN
    assert language_of("") is Language.EN
