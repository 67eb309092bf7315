"""Charts of models are drawn from the day on which they have something to show."""

from datetime import date

from bot.domain.standing import Daily
from bot.texts.desk.models import EN
from bot.web.models.pictures import rates

DAY = date(2026, 10, 1)


def test_a_rate_without_a_single_point_is_not_drawn() -> None:
    few = [Daily(day=DAY, model="new", answers=2, up=1, down=0)]
    assert rates(few, [DAY], [], EN, "numbers") == []
    some = [Daily(day=DAY, model="new", answers=9, up=5, down=0)]
    assert len(rates(some, [DAY], [], EN, "numbers")) == 2
