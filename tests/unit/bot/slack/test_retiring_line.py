"""How soon a model ends, in words."""

import pytest

from bot.slack.blocks.parts import code
from bot.slack.blocks.retiring import retiring_line
from bot.texts import EN
from finetune import Retiring

DAY, NOW = 86_400.0, 1_800_000_000.0


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (10.5, "in 10 days"),
        (1.5, "after one more day"),
        (0.5, "this is its last day"),
        (-1, "was to be shut down"),
    ],
)
def test_the_time_that_is_left_is_said_as_people_do(days: float, expected: str) -> None:
    line = retiring_line(Retiring(model="m", at=NOW + days * DAY), "m", EN.runs, NOW)
    assert expected in line


def test_a_name_without_end_is_cut() -> None:
    assert len(code("m" * 5_000)) == 202
    assert code("base") == "`base`"
