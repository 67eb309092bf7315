"""The picture of the losses, and what it is drawn from."""

import struct
import sys

import pytest

from bot.domain.progress import HELD_OUT, TRAIN, points
from bot.slack.plot import loss_plot
from finetune import JobEvent, Run


def run(*data: dict[str, float]) -> Run:
    events = tuple(
        JobEvent(event_id=str(n), created_at=0, message="", data=dict(each))
        for n, each in enumerate(data)
    )
    return Run(run_id="run-学習", created_at=0, updated_at=0, base_model="b", events=events)


def test_both_losses_are_drawn_at_a_size_slack_shows_well() -> None:
    picture = loss_plot(
        run(*({"step": n, "train_loss": 2 / n, "valid_loss": 3 / n} for n in (1, 2)))
    )
    assert picture is not None and picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert (width, height) == (1050, 525)


def test_held_out_loss_is_found_beside_the_training_loss() -> None:
    events = run({"step": 5, "train_loss": 1.0}, {"step": 9, "full_valid_loss": 2.0}).events
    assert points(events, TRAIN) == ([5], [1.0])
    assert points(events, HELD_OUT) == ([9], [2.0])


def test_one_loss_is_no_curve() -> None:
    assert loss_plot(run({"step": 1, "train_loss": 1.0})) is None


def test_without_matplotlib_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert loss_plot(run({"train_loss": 2.0}, {"train_loss": 1.0})) is None
