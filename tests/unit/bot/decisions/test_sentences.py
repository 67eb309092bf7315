"""Why a run may not start or change, in the reader's language."""

import pytest

from bot.decisions import refusal
from bot.texts import EN, JA
from finetune import NotFound, RunRefused

REFUSALS = [
    RunRefused("3 examples", "few", rows=3, held_out=0, wanted=10),
    RunRefused("run-1 has not ended", "active", run="run-1"),
    RunRefused("12 were started", "limit", limit=12),
    RunRefused("run-1 is promoted already", "promoted", run="run-1"),
    RunRefused("run-1 went live before", "once", run="run-1"),
    RunRefused("run-1 has ended", "ended", run="run-1"),
    RunRefused("run-1 does not wait", "decided", run="run-1"),
    RunRefused("no promoted model", "first"),
    RunRefused("another workspace's", "foreign"),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: error.why)
def test_a_frequent_reason_is_worded_in_each_language(error: RunRefused) -> None:
    english, japanese = refusal(error, EN), refusal(error, JA)
    assert english.isascii()
    assert not japanese.isascii()
    for fact in error.facts.values():
        assert str(fact) in english
        assert str(fact) in japanese


def test_any_other_reason_is_shown_as_it_is() -> None:
    assert refusal(RunRefused("for another reason"), JA) == "for another reason"
    assert refusal(NotFound("no run x"), JA) == "no run x"
