"""Charts of how models are taken, with the movements of the champion marked."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from markupsafe import Markup

from bot.domain.standing import Daily, Total, total
from bot.texts.desk.models import ModelTexts
from bot.web.charts import Band, Mark, Series, Words, bar_chart, line_chart
from finetune import ModelVersion

TRAILING = 7  # days that a point sums up
LEAST = 5  # votes, or answers, for a point
MOST_LINES = 4  # models in one chart: the ones that answered most


def at(day: date) -> float:
    """A day's begin in seconds since the epoch."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def busiest(daily: Sequence[Daily], since: date) -> list[str]:
    """The models that answered most in the period, the last to have answered first."""
    answers: defaultdict[str, int] = defaultdict(int)
    last: dict[str, date] = {}
    for row in daily:
        if row.day >= since:
            answers[row.model] += row.answers
            last[row.model] = row.day
    most = sorted(answers, key=lambda model: -answers[model])[:MOST_LINES]
    return sorted(most, key=lambda model: last[model], reverse=True)


def trailing(
    daily: Sequence[Daily], model: str, days: Sequence[date], enough: Callable[[Total], bool]
) -> list[tuple[float, Total | None]]:
    """For each day the sums of the days up to it; None where there is not enough,
    and after the day on which it answered last.
    """
    rows = {row.day: row for row in daily if row.model == model}
    last = max(rows, default=date.min)
    points: list[tuple[float, Total | None]] = []
    for day in days:
        window = (rows.get(day - timedelta(days=back)) for back in range(TRAILING))
        sums = total(row for row in window if row is not None)
        points.append((at(day), sums if day <= last and enough(sums) else None))
    return points


def marks_of(history: Sequence[ModelVersion], since: date, t: ModelTexts) -> list[Mark]:
    """The movements within the period, oldest first."""
    return [Mark(move.at, words(move, t)) for move in reversed(history) if move.at >= at(since)]


def words(move: ModelVersion, t: ModelTexts) -> str:
    """What happened, for the legend."""
    said = t.back_to_model if move.rollback else t.to_model
    return said.format(model=short_name(move.model))


def short_name(model: str) -> str:
    """Of a fine-tuned model what tells it from others of its base: `ft:base:org:this:and-this`."""
    if not model.startswith("ft:"):
        return model
    return ":".join(part for part in model.split(":")[3:] if part) or model


def rates(
    daily: Sequence[Daily],
    days: Sequence[date],
    marks: Sequence[Mark],
    t: ModelTexts,
    numbers: str,
) -> list[Markup]:
    """👍 rate with its interval, and corrections per answer; of each only where a day has enough."""
    ups, bands, fixes = list[Series](), list[Band](), list[Series]()
    for colour, model in enumerate(busiest(daily, days[0]), 1):
        voted = trailing(daily, model, days, lambda sums: sums.votes >= LEAST)
        name = short_name(model)
        ups.append(Series(name, [(x, s.rate if s else None) for x, s in voted], colour))
        ends = [(x, s.interval if s else None) for x, s in voted]
        bands.append(Band([(x, e and e.low, e and e.high) for x, e in ends], colour))
        asked = trailing(daily, model, days, lambda sums: sums.answers >= LEAST)
        points = [(x, s.correction_rate if s else None) for x, s in asked]
        fixes.append(Series(name, points, colour))
    up, fix = Words(t.rate_chart, t.day, numbers), Words(t.correction_chart, t.day, numbers)
    liked = line_chart(up, ups, times=True, percent=True, high=1.0, marks=marks, bands=bands)
    mended = line_chart(fix, fixes, times=True, percent=True, marks=marks)
    return [chart for chart, lines in ((liked, ups), (mended, fixes)) if _any_point(lines)]


def _any_point(lines: Sequence[Series]) -> bool:
    return any(y is not None for line in lines for _, y in line.points)


def answers(
    daily: Sequence[Daily],
    days: Sequence[date],
    marks: Sequence[Mark],
    t: ModelTexts,
    numbers: str,
) -> Markup:
    """Answers a day by model: who answered how much."""
    series = []
    for colour, model in enumerate(busiest(daily, days[0]), 1):
        own = [row for row in daily if row.model == model]
        series.append(
            Series(short_name(model), _by_day(own, days, lambda row: row.answers), colour)
        )
    return bar_chart(Words(t.answers_chart, t.day, numbers), series, times=True, marks=marks)


def votes(daily: Sequence[Daily], days: Sequence[date], t: ModelTexts, numbers: str) -> Markup:
    """👍 and 👎 of each day."""
    series = [
        Series(t.up, _by_day(daily, days, lambda row: row.up), 1),
        Series(t.down, _by_day(daily, days, lambda row: row.down), 2),
    ]
    return bar_chart(Words(t.votes_chart, t.day, numbers), series, times=True)


def _by_day(
    daily: Sequence[Daily], days: Sequence[date], number: Callable[[Daily], int]
) -> list[tuple[float, float | None]]:
    sums = dict.fromkeys(days, 0)
    for row in daily:
        if row.day in sums:
            sums[row.day] += number(row)
    return [(at(day), count) for day, count in sums.items()]
