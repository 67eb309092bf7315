"""Which examples of one question are taught."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from finetune import Example, Source, Status
from finetune.dataset import filters
from finetune.dataset.example import Ruling
from tests.toolkit_values import correction, example

WAITING: Any = {"status": Status.PENDING, "approved_by": None}


def dataset(*examples: Example) -> tuple[Example, ...]:
    rows: tuple[Example, ...] = ()
    for one in examples:
        rows = filters.vote(rows, one)
    return rows


def row(rows: tuple[Example, ...], example_id: str) -> Example:
    (found,) = [r for r in rows if r.example_id == example_id]
    return found


def test_a_correction_supersedes_the_thumbs_up_for_another_answer() -> None:
    rows = dataset(example("e1", at=1), correction("c1", at=2))
    assert row(rows, "c1").status is Status.APPROVED
    assert row(rows, "e1").status is Status.REJECTED
    assert row(rows, "e1").reason == "superseded by c1"


def test_a_later_thumbs_up_against_a_correction_waits_for_a_curator() -> None:
    rows = dataset(correction("c1", at=1), example("e1", at=2))
    assert row(rows, "c1").status is Status.APPROVED
    assert row(rows, "e1").status is Status.PENDING
    assert row(rows, "e1").reason == "conflicts with a correction"


def test_a_thumbs_up_for_the_corrected_answer_joins_the_correction() -> None:
    rows = dataset(correction("c1", "25 days.", at=1), example("e1", "25 DAYS.", at=2, author="U2"))
    (only,) = rows
    assert only.source is Source.CORRECTION
    assert only.authors == ("U1", "U2")


def test_a_correction_of_the_form_alone_supersedes_what_it_corrects() -> None:
    rows = dataset(
        example("e1", "1. a 2. b", at=1),
        correction("c1", "1. a\n2. b", rejected="1. a 2. b", at=2),
    )
    assert row(rows, "c1").answer == "1. a\n2. b"
    assert row(rows, "c1").status is Status.APPROVED
    assert row(rows, "e1").reason == "superseded by c1"


def test_who_corrects_only_the_form_of_their_own_words_is_taught_the_later_form() -> None:
    first, later = (
        correction("c1", "25 days\na year", at=1),
        correction("c1", "25 Days a year", at=2),
    )
    assert [r.answer for r in dataset(first, later)] == ["25 Days a year"]
    assert [r.answer for r in dataset(first, later, later)] == ["25 Days a year"]


def test_a_form_that_no_curator_saw_waits_beside_the_approved_one() -> None:
    waiting = correction("c1", "a\nb", at=1, status=Status.PENDING)
    rows = filters.rule(dataset(waiting), "c1", Ruling(approved=True, by="CUR", at=2))
    rows = filters.vote(rows, correction("c1", "A b", at=3, status=Status.PENDING))
    assert [(r.answer, r.status) for r in rows] == [("A b", Status.PENDING)]


def test_letters_that_nobody_trusted_saw_do_not_take_the_place_of_approved_ones() -> None:
    trusted = correction("c1", "if ok:\n    stop()\ngo()", at=1, author="CUR")
    other = correction("c2", "if ok:\n    stop()\n    go()", at=2, author="U2", **WAITING)
    for order in ((trusted, other), (other, trusted)):
        rows = dataset(*order)
        assert [(r.answer, r.status) for r in sorted(rows, key=lambda r: r.example_id)] == [
            (trusted.answer, Status.APPROVED),
            (other.answer, Status.PENDING),
        ]


def test_a_trusted_correction_keeps_its_letters_when_another_of_them_waits_again() -> None:
    rows = dataset(
        correction("c1", "a\nb", at=1, author="CUR"), correction("c2", "a\nb", at=2, author="U2")
    )
    rows = filters.vote(rows, correction("c2", "A b", at=3, author="U2", **WAITING))
    assert row(rows, "c1").answer == "a\nb"
    assert row(rows, "c2").status is Status.PENDING


def test_a_trusted_thumbs_up_does_not_approve_the_letters_of_somebody_else() -> None:
    rows = dataset(
        example("e1", "a\nb", at=1, **WAITING),
        correction("c2", "A b", at=2, author="U2", **WAITING),
        example("e1", "a\nb", at=3, author="CUR"),
    )
    assert taught(rows) == {"a\nb"}


def test_the_same_author_may_correct_the_own_correction() -> None:
    rows = dataset(correction("c1", "25 days.", at=1), correction("c2", "26 days.", at=2))
    assert row(rows, "c1").status is Status.REJECTED
    assert row(rows, "c2").status is Status.APPROVED


def test_who_returns_to_their_earlier_answer_is_taught_that_one() -> None:
    rows = dataset(
        correction("c1", "25 days.", at=1),
        correction("c2", "26 days.", at=2),
        correction("c3", "25 days.", at=3),
    )
    assert row(rows, "c1").status is Status.APPROVED
    assert row(rows, "c2").reason == "superseded by c1"


def test_a_correction_back_to_the_imported_answer_counts_as_its_authors_alone() -> None:
    imported = example("i1", "20 days.", source=Source.IMPORT, author="importer", at=0)
    rows = dataset(imported, correction("c1", "25 days.", at=1), correction("c2", "20 days.", at=2))
    assert row(rows, "i1").status is Status.APPROVED
    assert row(rows, "c1").reason == "superseded by i1"


def test_a_colleague_who_agreed_still_stands_behind_a_correction_its_author_left() -> None:
    agreed = correction("c2", "25 days.", at=2, author="U2")
    rows = dataset(correction("c1", "25 days.", at=1), agreed, correction("c3", "26.", at=3))
    assert row(rows, "c1").status is Status.APPROVED
    assert row(rows, "c3").status is Status.PENDING


def test_corrections_by_different_authors_wait_for_a_curator() -> None:
    rows = dataset(correction("c1", "25 days.", at=1), correction("c2", "26.", at=2, author="U2"))
    assert row(rows, "c1").status is Status.APPROVED
    assert row(rows, "c2").status is Status.PENDING
    assert row(rows, "c2").reason == "conflicts with c1"


def test_a_curators_yes_supersedes_the_other_correction() -> None:
    rows = dataset(correction("c1", "25 days.", at=1), correction("c2", "26.", at=2, author="U2"))
    rows = filters.rule(rows, "c2", Ruling(approved=True, by="U9", at=3))
    assert row(rows, "c2").status is Status.APPROVED
    assert row(rows, "c2").approved_by == "U9"
    assert row(rows, "c1").status is Status.REJECTED
    assert row(rows, "c1").reason == "superseded by c2"


def test_taking_a_correction_back_restores_what_it_superseded() -> None:
    rows = dataset(example("e1", at=1), correction("c1", at=2))
    rows = filters.unvote(rows, "c1", "taken back", now=3)
    assert row(rows, "e1").status is Status.APPROVED
    assert row(rows, "e1").reason == ""
    assert row(rows, "c1").status is Status.REJECTED


def test_an_exact_duplicate_merges_its_author_into_the_first_row() -> None:
    rows = dataset(example("e1", author="U1"), example("e2", "20  DAYS.", author="U2"))
    (only,) = rows
    assert only.example_id == "e1"
    assert only.authors == ("U1", "U2")


def test_a_merged_row_outlives_the_vote_that_made_it() -> None:
    rows = dataset(example("e1", author="U1"), example("e2", author="U2"))
    (only,) = filters.unvote(rows, "e1", "taken back", now=2)
    assert only.status is Status.APPROVED
    assert only.authors == ("U2",)


def test_a_curators_no_is_not_undone_by_voting_again() -> None:
    rows = filters.rule(dataset(example("e1")), "e1", Ruling(approved=False, by="U9", at=2))
    rows = filters.vote(rows, example("e1", at=3))
    assert row(rows, "e1").status is Status.REJECTED
    assert row(rows, "e1").reason == "rejected by U9"


def test_submitting_the_same_example_again_changes_nothing() -> None:
    rows = dataset(example("e1"), correction("c1", at=2))
    assert filters.vote(rows, correction("c1", at=2)) == rows


def test_a_trusted_second_vote_on_the_same_reply_approves_what_waited() -> None:
    rows = dataset(example("e1", author="U1", status=Status.PENDING, approved_by=None, at=1))
    assert row(rows, "e1").status is Status.PENDING
    rows = filters.vote(rows, example("e1", authors=("U1", "U9"), approved_by="U9", at=2))
    assert row(rows, "e1").status is Status.APPROVED
    assert row(rows, "e1").authors == ("U1", "U9")
    assert row(rows, "e1").approved_by == "U9"


def test_another_vote_on_the_same_reply_leaves_a_curators_yes_in_force() -> None:
    waiting = example("e1", author="U1", status=Status.PENDING, approved_by=None, at=1)
    rows = filters.rule(dataset(waiting), "e1", Ruling(approved=True, by="U9", at=2))
    more = waiting.model_copy(update={"authors": ("U1", "U2"), "updated_at": 3.0})
    rows = filters.vote(rows, more)
    assert row(rows, "e1").status is Status.APPROVED
    assert row(rows, "e1").approved_by == "U9"


FORMS = ("a\nb", "A b", "a  B")


@given(
    st.lists(
        st.builds(
            lambda number, answer, corrects, trusted, at: (correction if corrects else example)(
                f"x{number}", answer, at=at, author=f"U{number}", **({} if trusted else WAITING)
            ),
            st.integers(0, 3),
            st.sampled_from(FORMS),
            st.booleans(),
            st.booleans(),
            st.floats(1, 9),
        ),
        max_size=6,
    )
)
def test_no_letters_are_taught_that_nobody_trusted_gave(examples: list[Example]) -> None:
    given_by_trusted = {e.answer for e in examples if e.status is Status.APPROVED}
    assert taught(dataset(*examples)) <= given_by_trusted


votes = st.lists(
    st.builds(
        lambda number, answer, corrects, at, author: (correction if corrects else example)(
            f"x{number}", f"{answer} days.", at=at, author=author
        ),
        st.integers(0, 5),
        st.integers(1, 3),
        st.booleans(),
        st.floats(1, 9),
        st.sampled_from(["U1", "U2"]),
    ),
    max_size=8,
    unique_by=lambda e: e.example_id,
)


@given(votes, st.randoms(use_true_random=False))
def test_what_is_taught_does_not_depend_on_the_order_of_delivery(
    examples: list[Example], random: object
) -> None:
    shuffled = list(examples)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert taught(dataset(*examples)) == taught(dataset(*shuffled))


@given(votes)
def test_one_question_is_never_taught_two_answers_once_it_was_corrected(
    examples: list[Example],
) -> None:
    approved = [r for r in dataset(*examples) if r.status is Status.APPROVED]
    if any(r.source is Source.CORRECTION for r in approved):
        assert len({r.content_key for r in approved}) == 1


def taught(rows: tuple[Example, ...]) -> set[str]:
    return {r.answer for r in rows if r.status is Status.APPROVED}
