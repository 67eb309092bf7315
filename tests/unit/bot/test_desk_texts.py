"""Both languages of every screen of the desk say the same things."""

import pkgutil
from dataclasses import fields, is_dataclass
from importlib import import_module
from string import Formatter
from typing import Any

import pytest

from bot.texts import desk

MODULES = [
    import_module(f"{desk.__name__}.{found.name}") for found in pkgutil.iter_modules(desk.__path__)
]
SENTENCES = [
    (
        f"{module.__name__.rpartition('.')[2]}.{field.name}",
        getattr(module.EN, field.name),
        getattr(module.JA, field.name),
    )
    for module in MODULES
    for field in fields(module.EN)
]


def blanks(said: Any) -> Any:
    """The blanks of a sentence, or of every sentence of a mapping, a sequence, a dataclass."""
    if isinstance(said, str):
        return {name for _, name, _, _ in Formatter().parse(said) if name is not None}
    if isinstance(said, dict):
        return {key: blanks(value) for key, value in said.items()}
    if is_dataclass(said):
        return {field.name: blanks(getattr(said, field.name)) for field in fields(said)}
    return [blanks(each) for each in said]


@pytest.mark.parametrize(("name", "english", "japanese"), SENTENCES)
def test_a_sentence_has_the_same_blanks_in_both_languages(
    name: str, english: object, japanese: object
) -> None:
    assert type(english) is type(japanese)
    if english == {}:
        return  # in English the toolkit's own sentences stand there
    assert blanks(english) == blanks(japanese)
