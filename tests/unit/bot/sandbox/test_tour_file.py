"""A tour file is checked when the sandbox starts, and the error names the step."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.errors import TourError
from bot.sandbox.tour import read_tour

STEP: dict[str, Any] = {
    "id": "ask",
    "title": "Ask",
    "text": "Ask something.",
    "user": "U0ASKER001",
    "channel": "C0HANDBOOK",
    "done": {"message_from": "bot"},
}


def written(tmp_path: Path, steps: object) -> Path:
    file = tmp_path / "tour.json"
    file.write_text(json.dumps(steps))
    return file


def test_a_tour_is_read_in_order(tmp_path: Path) -> None:
    """Steps come back as they are in the file."""
    steps = [STEP, {**STEP, "id": "again"}]
    assert list(read_tour(written(tmp_path, steps))) == steps


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("ask", "must be an object"),
        ({**STEP, "title": 1}, "'title'"),
        ({**STEP, "user": "U0NOBODY00"}, "nobody in this workspace"),
        ({**STEP, "channel": "C0NOWHERE0"}, "no channel"),
        ({**STEP, "done": {"moon": "full"}}, "exactly one of"),
        ({**STEP, "done": {"command": "/a", "pressed": "b"}}, "exactly one of"),
        ({**STEP, "done": {"message_matches": "("}}, "regular expression"),
    ],
)
def test_a_step_that_cannot_be_played_is_named(tmp_path: Path, step: object, said: str) -> None:
    """The message tells the number of the step and what is wrong with it."""
    with pytest.raises(TourError, match="step 2") as refused:
        read_tour(written(tmp_path, [STEP, step]))
    assert said in str(refused.value)


def test_a_file_that_is_no_tour_is_refused(tmp_path: Path) -> None:
    """Missing, not JSON, or empty."""
    for path in (tmp_path / "none.json", written(tmp_path, [])):
        with pytest.raises(TourError):
            read_tour(path)
