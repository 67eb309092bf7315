"""The audit of the bench of turns tells whole answers from missing, doubled and mangled ones."""

from bench.turns_runs.audit import Fate, besides, curve, fate, spread, times
from bench.turns_runs.load import Delivered
from bench.turns_runs.world import TOKENS, token

MARK, OTHER = "turn-1-abc", "turn-11-abc"


def whole(mark: str) -> str:
    return "".join(token(mark, number) for number in range(TOKENS))


def test_an_answer_with_every_piece_in_order_counts_once() -> None:
    assert fate([MARK, OTHER], [whole(OTHER), whole(MARK)]) == Fate(2, 0, 0, 0)


def test_a_question_that_nothing_answers_is_missing() -> None:
    assert fate([MARK, OTHER], [whole(OTHER)]) == Fate(1, 1, 0, 0)


def test_two_answers_are_doubled_though_one_is_cut_short() -> None:
    assert fate([MARK], [whole(MARK), token(MARK, 0)]) == Fate(0, 0, 1, 0)


def test_a_piece_too_few_too_many_or_out_of_order_is_mangled() -> None:
    short = whole(MARK).replace(token(MARK, 7), "")
    more = whole(MARK) + token(MARK, 0)
    swapped = whole(MARK).replace(token(MARK, 0), "") + token(MARK, 0)
    for text in (short, more, swapped):
        assert fate([MARK], [text]) == Fate(0, 0, 0, 1)


def test_messages_that_answer_nothing_are_besides() -> None:
    assert besides([whole(MARK), "Sorry, there was an error."]) == 1


def test_times_are_milliseconds_from_the_first_delivery_of_what_came() -> None:
    delivered = [Delivered(MARK, 10.0, ack=0.002), Delivered(OTHER, 11.0)]
    seen = {"asked": {MARK: [10.25, 12.0]}, "first": {MARK: 10.5}, "seen": {MARK: 10.75}}
    assert times(delivered, seen) == {"ack": [2.0], "asked": [250.0], "shown": [250.0]}


def test_a_curve_goes_from_the_least_to_the_greatest() -> None:
    found = curve([float(n) for n in range(201)])
    assert (len(found), found[0], found[50], found[-1]) == (101, 0.0, 100.0, 200.0)
    assert spread([1.0]) == {"p50": None, "p99": None}  # one value has no distribution
