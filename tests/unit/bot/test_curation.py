"""Which examples the verdicts on one reply make."""

from bot.curation import derive
from bot.domain.feedback import Feedback
from finetune import Example, Source, Status
from tests.factories import ASKER, CURATOR, down, reply, up

TRUSTED = frozenset([CURATOR])


def examples(*verdicts: Feedback) -> list[Example]:
    return list(derive(reply(), verdicts, TRUSTED).values())


def only(*verdicts: Feedback) -> Example:
    [made] = examples(*verdicts)
    return made


def test_a_thumbs_up_by_a_trusted_user_is_approved_with_the_reply_as_answer() -> None:
    made = only(up(CURATOR))
    assert (made.status, made.source) == (Status.APPROVED, Source.THUMBS_UP)
    assert (made.answer, made.rejected, made.approved_by) == ("20 days.", None, CURATOR)


def test_a_thumbs_up_by_anyone_else_waits() -> None:
    made = only(up(ASKER))
    assert (made.status, made.approved_by) == (Status.PENDING, None)


def test_thumbs_up_by_several_people_are_one_example_with_all_as_authors() -> None:
    made = only(up(ASKER, at=1), up(CURATOR, at=2))
    assert (made.status, made.authors) == (Status.APPROVED, (ASKER, CURATOR))


def test_a_correction_keeps_what_it_replaces() -> None:
    made = only(down(CURATOR, "25 days."))
    assert (made.status, made.source) == (Status.APPROVED, Source.CORRECTION)
    assert (made.answer, made.rejected) == ("25 days.", "20 days.")


def test_a_trusted_correction_leaves_no_room_for_thumbs_up() -> None:
    assert only(up(ASKER), down(CURATOR, "25 days."), up("U3")).answer == "25 days."


def test_each_correction_is_an_example_of_its_own() -> None:
    made = examples(down(CURATOR, "25 days.", at=1), down(ASKER, "30 days.", at=2))
    assert [(e.answer, e.status) for e in made] == [
        ("25 days.", Status.APPROVED),
        ("30 days.", Status.PENDING),
    ]
    assert len({e.example_id for e in made}) == 2


def test_votes_against_each_other_wait() -> None:
    assert only(up(CURATOR), down(ASKER)).status is Status.PENDING


def test_a_lone_thumbs_down_makes_nothing() -> None:
    assert examples(down()) == []


def test_no_verdict_makes_nothing() -> None:
    assert examples() == []


def test_a_correction_equal_to_the_reply_is_no_correction() -> None:
    assert examples(down(CURATOR, "20 days.")) == []


def test_the_example_holds_exactly_what_the_model_was_sent() -> None:
    assert only(up(CURATOR)).prompt == reply().messages


def test_a_user_has_one_correction_of_a_reply_however_often_it_is_rewritten() -> None:
    one, other = only(down(CURATOR, "25 days.")), only(down(CURATOR, "26 days."))
    assert one.example_id == other.example_id


def test_half_an_answer_that_was_cut_short_is_not_learnt_but_its_correction_is() -> None:
    cut = reply().model_copy(update={"stopped": True})
    assert derive(cut, [up(CURATOR)], TRUSTED) == {}
    [made] = derive(cut, [down(CURATOR, "25 days.")], TRUSTED).values()
    assert made.answer == "25 days."


def test_what_the_corrector_says_to_the_curator_is_on_the_example() -> None:
    verdict = down(ASKER, "25 days.").model_copy(update={"reason": "wrong", "note": "see 4.2"})
    made = only(verdict)
    assert (made.fault, made.note) == ("wrong", "see 4.2")
