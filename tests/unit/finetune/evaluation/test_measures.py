"""How near an answer is to the wanted one, against published and hand-computed values."""

import pytest

from finetune.evaluation.measures import chrf, edit_similarity, exact_match, normalised_match


def test_chrf_agrees_with_the_value_that_sacrebleu_publishes() -> None:
    answer = " Die    Beziehung zwischen  Obama und Netanjahu ist nicht gerade  freundlich. "
    wanted = "Das Verhältnis zwischen Obama und Netanyahu ist nicht gerade freundschaftlich."
    assert chrf(wanted, answer, beta=3) * 100 == pytest.approx(64.1302698, abs=1e-6)


@pytest.mark.parametrize(
    ("wanted", "answer", "score"),
    [
        ("会議は月曜日の午後三時です。", "会議は月曜の15時からです。", 29.84959484959485),
        ("The cat sat on the mat.", "A cat is sitting on a mat", 17.89160019222516),
        ("yes", "yes, of course", 51.86170212765958),
    ],
)
def test_chrf_agrees_with_sacrebleu_2(wanted: str, answer: str, score: float) -> None:
    assert chrf(wanted, answer) * 100 == pytest.approx(score)


def test_chrf_by_hand() -> None:
    # n=1: 2 of 3 and 2 of 4; n=2: 1 of 2 and 1 of 3; n=3: 0; averaged over three lengths
    precision, recall = (2 / 3 + 1 / 2) / 3, (2 / 4 + 1 / 3) / 3
    by_hand = 5 * precision * recall / (4 * precision + recall)
    assert chrf("abcd", "abx") == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("wanted", "answer", "score"),
    [
        ("abc", "abc", 1),
        ("a b c", "abc", 1),
        ("abcdefg", "hijklmnop", 0),
        ("", "", 0),
        ("a", "", 0),
    ],
)
def test_chrf_at_its_ends(wanted: str, answer: str, score: float) -> None:
    assert chrf(wanted, answer) == pytest.approx(score)


def test_matches() -> None:
    assert (exact_match("Yes", "Yes"), exact_match("Yes", "yes")) == (1.0, 0.0)
    assert (normalised_match("\uff39es  1", "yes 1"), normalised_match("yes", "no")) == (1.0, 0.0)


def test_edit_similarity() -> None:
    assert edit_similarity("kitten", "sitting") == pytest.approx(1 - 3 / 7)
    assert edit_similarity("", "") == 1.0
