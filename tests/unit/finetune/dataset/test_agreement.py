"""Opinions of people on answers, and Cohen's kappa as scikit-learn computes it."""

import math
import warnings
from collections import Counter

import pytest
from hypothesis import example as known
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from finetune import Example, Source, Status
from finetune.dataset.agreement import FEW, agreements, kappa, opinions
from finetune.dataset.example import EDITED, Ruling, Vote
from tests.toolkit_values import example


def voted(source: Source = Source.CORRECTION, **changes: object) -> Example:
    vote = Vote(
        example_id="v1",
        source=source,
        status=Status.APPROVED,
        rejected="Unlimited." if source is Source.CORRECTION else None,
        thread="t",
        authors=("U1",),
        at=5.0,
    )
    return example(source=source, votes=(vote,), **changes)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
@known([(True, True)] * 3)
def test_kappa_is_the_one_of_scikit_learn(said: list[tuple[bool, bool]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        judge = cohen_kappa_score(*zip(*said, strict=True), labels=[False, True])
    ours = kappa(Counter(said))
    assert (ours is None) == math.isnan(judge)
    assert ours is None or ours == pytest.approx(judge)


def test_a_correction_says_yes_to_its_answer_and_no_to_the_one_before() -> None:
    row, before = voted(), voted(Source.THUMBS_UP)
    wrong = before.model_copy(
        update={
            "messages": (*row.prompt, row.messages[-1].model_copy(update={"content": "unlimited."}))
        }
    )
    said = {(each.person, each.about): each.yes for each in opinions(row)}
    assert said == {("U1", row.content_key): True, ("U1", wrong.content_key): False}


@pytest.mark.parametrize(
    ("ruling", "kind"),
    [
        (Ruling(approved=True, by="U9", at=61.0), "approved"),
        (Ruling(approved=False, by="U9", at=61.0), "rejected"),
        (Ruling(approved=False, by="U9", at=61.0, reason=EDITED), "edited"),
    ],
)
def test_a_ruling_is_an_opinion_with_the_time_that_the_example_waited(
    ruling: Ruling, kind: str
) -> None:
    *_, last = opinions(voted(at=1.0, ruling=ruling))
    assert (last.person, last.kind, last.yes, last.waited) == ("U9", kind, ruling.approved, 60.0)


def test_an_import_is_nobodys_opinion() -> None:
    assert list(opinions(voted(Source.IMPORT))) == []


def test_what_a_filter_refuses_is_nobodys_opinion() -> None:
    ruling = Ruling(approved=False, by="", reason="too_long", at=9.0)
    assert "" not in {each.person for each in opinions(voted(ruling=ruling))}


def test_the_last_opinion_of_a_person_on_an_answer_counts() -> None:
    [found] = agreements([("a", "U1", True), ("a", "U2", False), ("a", "U1", False)])
    assert (found.one, found.other, found.n, found.observed) == ("U1", "U2", 1, 1.0)


def test_with_few_shared_answers_no_kappa_is_told() -> None:
    said = [(f"a{n}", who, n % 2 == 0) for n in range(FEW) for who in ("U1", "U2")]
    [enough], [few] = agreements(said), agreements(said[:-2])
    assert (enough.n, enough.kappa) == (FEW, 1.0)
    assert (few.n, few.kappa) == (FEW - 1, None)


def test_only_answers_that_two_share_are_compared() -> None:
    assert agreements([("a", "U1", True), ("b", "U2", True)]) == []
