"""Charts say their numbers in a drawing of each width, and in a table."""

import re

from bot.web.charts import Band, Mark, Series, Words, bar_chart, line_chart
from bot.web.plotting import DAY, scale_of, ticks_of

WORDS = Words("Votes <a day>", "Day", "Numbers")
FIRST = 20_000 * DAY


def _days(*values: float | None) -> list[tuple[float, float | None]]:
    return [(FIRST + place * DAY, value) for place, value in enumerate(values)]


def test_it_is_drawn_for_places_of_each_width_with_one_table() -> None:
    drawn = line_chart(WORDS, [Series("a", _days(0.5, 1.0))], times=True, percent=True)
    assert re.findall(r'<svg class="(\w+)"', drawn) == ["wide", "middle", "narrow"]
    assert drawn.count("<table>") == 1
    assert "<td>2024-10-04</td>" in drawn
    assert "100\u202f%" in drawn


def test_what_people_wrote_is_escaped_wherever_it_stands() -> None:
    nasty = '"><script>'
    series, marks = [Series(nasty, _days(1.0, 2.0))], [Mark(FIRST, nasty)]
    for drawn in (line_chart(WORDS, series, marks=marks), bar_chart(WORDS, series, marks=marks)):
        assert "<script>" not in drawn
        assert "<a day>" not in drawn


def test_a_gap_breaks_a_line_and_a_lone_point_among_many_keeps_its_dot() -> None:
    values = [1.0] * 40 + [None, 2.0, None] + [1.0] * 40
    drawn = line_chart(WORDS, [Series("a", _days(*values))])
    path = re.findall(r'class="line" d="([^"]+)"', drawn)[0]
    assert path.count("M") == 3
    assert drawn.count("<circle") == 3  # one in each drawing


def test_bars_stand_upon_each_other_and_end_at_the_ground() -> None:
    drawn = bar_chart(WORDS, [Series("up", _days(3, 0)), Series("down", _days(1, 2), colour=2)])
    wide = drawn.partition("</svg>")[0]
    bars = [
        (float(x), float(y), float(height))
        for x, y, height in re.findall(
            r'x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', wide
        )
    ]
    first, upon, alone = bars
    assert first[0] == upon[0] != alone[0]
    assert round(upon[1] + upon[2], 1) == first[1]
    assert round(first[1] + first[2], 1) == round(alone[1] + alone[2], 1)


def test_marks_are_numbered_and_told_below_also_such_as_lie_outside() -> None:
    marks = [Mark(FIRST - 99 * DAY, "before"), Mark(FIRST + DAY, "ft:one goes live")]
    drawn = line_chart(WORDS, [Series("a", _days(1, 2, 3))], marks=marks)
    assert drawn.count('class="mark"') == 6
    assert "<b>2</b> ft:one goes live" in drawn
    assert (
        min(
            float(x)
            for x in re.findall(r'class="mark"><title>[^<]*</title><line x1="([\d.-]+)"', drawn)
        )
        > 0
    )


def test_a_band_is_closed_around_each_stretch() -> None:
    points = [(0.0, 0.1, 0.4), (1.0, 0.2, 0.5), (2.0, None, None), (3.0, 0.1, 0.2), (4.0, 0.1, 0.3)]
    drawn = line_chart(WORDS, [Series("a", [(0.0, 0.2), (4.0, 0.2)])], bands=[Band(points)])
    path = re.findall(r'class="band series-1" d="([^"]+)"', drawn)[0]
    assert path.count("M") == path.count("Z") == 2


def test_nothing_to_show_draws_nothing() -> None:
    for drawn in (line_chart(WORDS, [Series("a", [])]), bar_chart(WORDS, [Series("a", _days(0))])):
        assert "<svg" not in drawn
        assert "Votes" in drawn


def test_the_scale_is_round_and_days_are_never_split() -> None:
    assert scale_of(0.0, 0.93) == [0.0, 0.25, 0.5, 0.75, 1.0]
    days = [FIRST + place * DAY for place in range(9)]
    assert all(tick % DAY == 0 for tick in ticks_of(days, 6, times=True))
    assert ticks_of(days, 6, times=True)[-1] == days[-1]
