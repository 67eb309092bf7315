"""The gate."""

from math import comb

import pytest

from finetune import Verdict
from finetune.evaluation.report import CaseResult
from finetune.promotion import decide, one_sided
from tests.toolkit_values import case, report

FIXED = case("corrected", champion=False, candidate=True)
STILL_WRONG = case("corrected", champion=False, candidate=False)
UNLEARNT = case("corrected", champion=True, candidate=False)
KEPT = case("seen", champion=True, candidate=True)
LOST = case("seen", champion=True, candidate=False)
GAINED = case("held_out", champion=False, candidate=True)


def verdict(*cases: CaseResult) -> Verdict:
    return decide(report(*cases)).verdict


def test_a_fixed_correction_with_all_else_kept_is_promoted_with_its_numbers() -> None:
    decision = decide(report(FIXED, *[KEPT] * 59))
    assert decision.verdict is Verdict.PROMOTE
    assert decision.reasons == (
        "1 fixed, 0 newly broken of 1 corrected questions",
        "kept 59 of 59 other right answers (100%)",
    )
    assert decision.numbers["corrected_fixed"] == 1
    assert decision.numbers["seen_kept"] == 59


@pytest.mark.parametrize(("lost", "expected"), [(1, Verdict.PROMOTE), (2, Verdict.REJECT)])
def test_less_than_95_percent_kept_is_rejected(lost: int, expected: Verdict) -> None:
    assert verdict(FIXED, *[KEPT] * (20 - lost), *[LOST] * lost) is expected


def test_a_correction_that_was_not_learnt_is_rejected() -> None:
    assert verdict(STILL_WRONG, *[KEPT] * 20) is Verdict.REJECT


def test_as_many_broken_as_fixed_is_rejected() -> None:
    assert verdict(FIXED, UNLEARNT, *[KEPT] * 20) is Verdict.REJECT


def test_nothing_to_gain_is_held_for_a_person() -> None:
    right_before = case("corrected", champion=True, candidate=True)
    assert verdict(right_before, *[KEPT] * 20) is Verdict.HOLD
    assert verdict(*[KEPT] * 20) is Verdict.HOLD


def test_a_gain_on_other_questions_is_a_gain() -> None:
    assert verdict(GAINED, *[KEPT] * 20) is Verdict.PROMOTE


def test_a_broken_text_is_rejected_whatever_else_is_better() -> None:
    repeated = case("seen", champion=True, candidate=False, degenerate="repeated")
    decision = decide(report(*[FIXED] * 9, *[KEPT] * 99, repeated))
    assert decision.verdict is Verdict.REJECT
    assert decision.reasons[0] == "1 of 109 answers are repeated"


def test_a_text_that_the_champion_breaks_in_the_same_way_is_not_held_against_the_candidate() -> (
    None
):
    both = case("seen", champion=False, candidate=False, degenerate="truncated")
    both = both.model_copy(update={"champion_degenerate": "truncated"})
    decision = decide(report(FIXED, both, *[KEPT] * 20))
    assert decision.verdict is Verdict.PROMOTE
    assert (decision.numbers["degenerate"], decision.numbers["champion_degenerate"]) == (1, 1)
    other = both.model_copy(update={"champion_degenerate": "repeated"})
    assert verdict(FIXED, other, *[KEPT] * 20) is Verdict.REJECT


def test_many_differing_answers_are_decided_by_the_exact_test() -> None:
    assert verdict(*[FIXED] * 9, UNLEARNT, *[KEPT] * 40) is Verdict.PROMOTE  # p = 0.011
    close = decide(report(*[FIXED] * 6, *[UNLEARNT] * 4, *[KEPT] * 40))
    assert close.verdict is Verdict.HOLD
    assert "p = 0.377" in close.reasons[0]


def test_the_exact_test_agrees_with_its_definition() -> None:
    assert one_sided(9, 1) == (comb(10, 9) + comb(10, 10)) / 2**10
    assert one_sided(5, 5) > 0.5


def test_few_gains_of_one_person_are_promoted_and_many_wait_for_an_admin() -> None:
    theirs = case("corrected", champion=False, candidate=True, voice="a1")
    assert verdict(*[theirs] * 5, *[KEPT] * 20) is Verdict.PROMOTE
    decision = decide(report(*[theirs] * 6, *[KEPT] * 20))
    assert decision.verdict is Verdict.HOLD
    assert "6 of 6 gains rest on one person who is no curator" in decision.reasons[-1]
    assert decision.numbers["fixed_by_one"] == 6


def test_gains_of_others_do_not_carry_one_persons_through() -> None:
    theirs = case("corrected", champion=False, candidate=True, voice="a1")
    assert verdict(*[theirs] * 30, *[FIXED] * 60, *[KEPT] * 60) is Verdict.HOLD


def test_gains_of_several_people_or_of_curators_are_promoted() -> None:
    people = [case("corrected", champion=False, candidate=True, voice=f"a{n}") for n in range(30)]
    assert verdict(*people, *[KEPT] * 20) is Verdict.PROMOTE
    assert verdict(*[FIXED] * 30, *[KEPT] * 20) is Verdict.PROMOTE


def test_what_was_flagged_is_no_gain_by_itself() -> None:
    flagged = case("corrected", champion=False, candidate=True, flagged=True)
    assert verdict(flagged, *[KEPT] * 20) is Verdict.HOLD
    assert verdict(flagged, FIXED, *[KEPT] * 20) is Verdict.PROMOTE


def test_one_persons_gains_do_not_save_what_is_worse() -> None:
    theirs = case("corrected", champion=False, candidate=True, voice="a1")
    assert verdict(*[theirs] * 30, *[LOST] * 20, *[KEPT] * 20) is Verdict.REJECT
