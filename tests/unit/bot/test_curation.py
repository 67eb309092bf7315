"""Which example, if any, the verdicts on one reply make together."""

from bot.curation import NoExample, derive
from finetune import Example, Source, Status
from tests.factories import ASKER, CURATOR, down, reply, up

NOBODY: frozenset[str] = frozenset()
TRUSTED = frozenset([CURATOR])


def example(*verdicts: object, trusted: frozenset[str] = TRUSTED) -> Example:
    made = derive(reply(), list(verdicts), trusted)  # type: ignore[arg-type]
    assert isinstance(made, Example)
    return made


def test_a_thumbs_up_by_a_trusted_user_is_approved_with_the_reply_as_answer() -> None:
    made = example(up(CURATOR))
    assert (made.status, made.source, made.answer) == (
        Status.APPROVED,
        Source.THUMBS_UP,
        "20 days.",
    )
    assert made.approved_by == CURATOR
    assert made.rejected is None


def test_a_thumbs_up_by_anyone_else_waits() -> None:
    made = example(up(ASKER))
    assert made.status is Status.PENDING
    assert made.approved_by is None


def test_a_correction_keeps_what_it_replaces() -> None:
    made = example(down(CURATOR, "25 days."))
    assert (made.status, made.source) == (Status.APPROVED, Source.CORRECTION)
    assert (made.answer, made.rejected) == ("25 days.", "20 days.")


def test_a_correction_beats_votes() -> None:
    made = example(up(ASKER), down(CURATOR, "25 days."), up("U3"))
    assert made.answer == "25 days."


def test_different_corrections_wait_and_show_the_trusted_one() -> None:
    made = example(down(CURATOR, "25 days.", at=1), down(ASKER, "30 days.", at=2))
    assert (made.status, made.answer) == (Status.PENDING, "25 days.")
    assert "differently" in made.reason


def test_the_same_correction_by_two_people_has_both_as_authors() -> None:
    made = example(down(ASKER, "25 days.", at=1), down(CURATOR, "25 days.", at=2))
    assert made.status is Status.APPROVED
    assert made.authors == (ASKER, CURATOR)


def test_votes_against_each_other_wait() -> None:
    assert example(up(CURATOR), down(ASKER)).status is Status.PENDING


def test_a_lone_thumbs_down_makes_nothing() -> None:
    assert isinstance(derive(reply(), [down()], NOBODY), NoExample)


def test_no_verdict_makes_nothing() -> None:
    assert isinstance(derive(reply(), [], NOBODY), NoExample)


def test_a_correction_equal_to_the_reply_is_no_correction() -> None:
    assert isinstance(derive(reply(), [down(CURATOR, "20 days.")], TRUSTED), NoExample)


def test_the_example_holds_exactly_what_the_model_was_sent() -> None:
    made = example(up(CURATOR))
    assert made.prompt == reply().messages


def test_all_verdicts_on_one_reply_lead_to_the_same_example_id() -> None:
    assert example(up(CURATOR)).example_id == example(down(CURATOR, "25.")).example_id
