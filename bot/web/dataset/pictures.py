"""How the dataset grew, and what it came from, as charts. Pure functions."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate

from markupsafe import Markup

from bot.texts.desk.dataset import DatasetTexts
from bot.texts.desk.shell import ShellTexts
from bot.web.charts import Series, Words, bar_chart, line_chart
from finetune import Grown, Status

Into = Callable[[str], float]
COLOURS = {Status.APPROVED: 1, Status.PENDING: 2, Status.REJECTED: 5}
EPOCH = date(1970, 1, 1).toordinal()
BARS = 45  # days up to which each has its bar; beyond, weeks and then months
WEEKS = 400


def growth(grown: Sequence[Grown], t: DatasetTexts, words: ShellTexts) -> Markup:
    """All there is up to each day, or to the last one of a week or month, by what it is now."""
    into = _into(grown)
    last = {into(day): day for day in sorted({each.day for each in grown})}
    piles = _piles(grown, lambda day: _at(last[into(day)]))
    ends = sorted(map(_at, last.values()))
    series = [
        Series(words_of(status, words), list(zip(ends, rising, strict=True)), colour)
        for status, colour in COLOURS.items()
        if any(rising := list(accumulate(piles[status].get(at, 0.0) for at in ends)))
    ]
    return line_chart(Words(t.growth, t.day, words.numbers), series, times=True, steps=True)


def arrivals(grown: Sequence[Grown], t: DatasetTexts, words: ShellTexts) -> Markup:
    """What came in each day, week or month."""
    into = _into(grown)
    titles: dict[Into, str] = {_day: t.by_day, _week: t.by_week, _month: t.by_month}
    piles = _piles(grown, into)
    series = [
        Series(words_of(status, words), sorted(piles[status].items()), colour)
        for status, colour in COLOURS.items()
        if piles[status]
    ]
    return bar_chart(Words(titles[into], t.day, words.numbers), series, times=True)


def words_of(status: Status, words: ShellTexts) -> str:
    """What a status is called."""
    return str(getattr(words, status.value))


def _into(grown: Sequence[Grown]) -> Into:
    """What days are put together into: no more points than one can tell apart."""
    days = sorted({each.day for each in grown})
    span = (_at(days[-1]) - _at(days[0])) / 86_400 if days else 0
    return _day if span <= BARS else _week if span <= WEEKS else _month


def _piles(grown: Sequence[Grown], into: Into) -> dict[Status, dict[float, float]]:
    piles: dict[Status, dict[float, float]] = {status: {} for status in COLOURS}
    for each in grown:
        pile, at = piles[each.status], into(each.day)
        pile[at] = pile.get(at, 0) + each.examples
    return piles


def _at(day: str) -> float:
    return (date.fromisoformat(day).toordinal() - EPOCH) * 86_400.0


def _day(day: str) -> float:
    return _at(day)


def _week(day: str) -> float:
    at = _at(day)
    return at - date.fromisoformat(day).weekday() * 86_400


def _month(day: str) -> float:
    return _at(f"{day[:7]}-01")
