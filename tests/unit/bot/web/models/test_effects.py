"""A movement's effect: the days before and after, each model's answers its own."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.standing import Daily
from bot.web.models.effects import effects
from finetune import ModelVersion

DAY = date(2026, 10, 1)


def _at(day: date) -> float:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp()


def _moved(model: str, day: date, *, rollback: bool = False) -> ModelVersion:
    return ModelVersion(model=model, run_id="", by="U1", at=_at(day), rollback=rollback)


def _voted(model: str, day: date, up: int, down: int) -> Daily:
    return Daily(day=day, model=model, answers=up + down, up=up, down=down)


def test_the_day_of_the_change_counts_for_both_by_who_answered() -> None:
    daily = [_voted("old", DAY, 1, 9), _voted("new", DAY, 30, 2)]
    [effect] = effects([_moved("new", DAY)], daily, DAY)
    assert (effect.before.total.up, effect.after.total.up) == (1, 30)


def test_another_movement_ends_the_days_that_are_compared() -> None:
    later = DAY + timedelta(days=5)
    daily = [
        _voted("new", DAY + timedelta(days=6), 9, 0),
        _voted("new", DAY + timedelta(days=2), 1, 0),
        _voted("old", DAY - timedelta(days=40), 50, 0),
    ]
    history = [_moved("old", later, rollback=True), _moved("new", DAY)]
    back, first = effects(history, daily, DAY + timedelta(days=9))
    assert first.after.total.up == 1
    assert first.before.total.votes == 0
    assert back.before.total.up == 1


def test_it_is_better_or_worse_only_where_the_intervals_lie_apart_and_votes_are_enough() -> None:
    def verdict(before: tuple[int, int], after: tuple[int, int]) -> str:
        daily = [_voted("old", DAY, *before), _voted("new", DAY, *after)]
        return effects([_moved("new", DAY)], daily, DAY)[0].verdict

    assert verdict((20, 30), (45, 5)) == "better"
    assert verdict((45, 5), (20, 30)) == "worse"
    assert verdict((30, 20), (35, 15)) == "unclear"
    assert verdict((0, 19), (50, 0)) == "unclear"
