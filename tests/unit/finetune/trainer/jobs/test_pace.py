"""When a training will be done."""

from finetune.trainer.engine import Step
from finetune.trainer.jobs.pace import Pace
from finetune.trainer.jobs.reports import Report


def heard(*told: tuple[float, int]) -> Pace:
    pace = Pace()
    for at, step in told:
        pace.heed(Report(at, Step(step, 10, 1.0, 0.5)))
    return pace


def test_the_rest_takes_as_long_for_each_step_as_what_was_done() -> None:
    assert heard((100.0, 1), (104.0, 3)).estimated_finish == 104 + 7 * 2


def test_nothing_is_estimated_from_one_step() -> None:
    assert heard((100.0, 1)).estimated_finish is None


def test_the_time_between_two_processes_does_not_count() -> None:
    pace = heard((100.0, 1), (104.0, 3))
    pace.heed(Report(900.0, None))
    assert pace.estimated_finish is None
    for at, step in ((910.0, 3), (911.0, 4)):
        pace.heed(Report(at, Step(step, 10, 1.0, 0.5)))
    assert pace.estimated_finish == 911 + 6
