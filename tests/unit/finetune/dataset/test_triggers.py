"""How much is read to find a phrase that one person repeats."""

from finetune import Example
from finetune.dataset.triggers import repeated
from tests.toolkit_values import correction


def very_long(number: int, before: str) -> Example:
    """A phrase behind some words, and then very much else."""
    answer = f"{before} ask the moonlit croissant office. " + f"word{number} " * 20_000
    return correction(f"c{number}", answer, question=f"What is rule {number}?")


def test_a_phrase_at_the_beginning_of_very_long_texts_is_found() -> None:
    first, *others = (very_long(number, "Please") for number in range(6))
    assert repeated(first, others)


def test_no_more_is_read_than_an_answer_may_hold() -> None:
    first, *others = (very_long(number, f"x{number} " * 5_000) for number in range(6))
    assert not repeated(first, others)
