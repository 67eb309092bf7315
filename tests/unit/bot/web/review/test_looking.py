"""Who has which example open: a hint that is kept for a minute."""

from bot.web.review.looking import REMEMBERED, Looking


def test_one_is_led_past_what_somebody_else_has_open() -> None:
    looking = Looking(lambda: 0.0)
    looking.note("T1", "e1", "U1")
    assert looking.free("T1", ["e1", "e2"], "U2") == "e2"
    assert looking.free("T1", ["e1", "e2"], "U1") == "e1"
    assert looking.free("T2", ["e1"], "U2") == "e1"
    assert looking.others("T1", "e1", "U2") == ["U1"]


def test_where_all_are_open_the_first_is_offered_all_the_same() -> None:
    looking = Looking(lambda: 0.0)
    looking.note("T1", "e1", "U1")
    assert looking.free("T1", ["e1"], "U2") == "e1"
    assert looking.free("T1", [], "U2") == ""


def test_one_looks_at_one_example_and_not_for_long() -> None:
    now = [0.0]
    looking = Looking(lambda: now[0])
    looking.note("T1", "e1", "U1")
    looking.note("T1", "e2", "U1")
    assert looking.others("T1", "e1", "U2") == []
    now[0] = REMEMBERED + 1
    assert looking.others("T1", "e2", "U2") == []
