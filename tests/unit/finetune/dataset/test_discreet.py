"""What is said in logs and errors holds no secret: not half of one, and in no other spelling."""

import json

import pytest

from finetune import discreet, discreet_value
from finetune.dataset.discreet import LONGEST
from finetune.hiding import hide

TOKEN = "xoxb-" + "123456789012-abcdefghijklmnop"
OWN = 'pa"ss\nw\u00f6rd-1234'


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.hiding._known", set())
    hide([OWN, "hunter2-hunter2-hunter2"])


@pytest.mark.parametrize("secret", [TOKEN, "hunter2-hunter2-hunter2"])
def test_a_secret_on_the_edge_of_what_is_said_is_masked(secret: str) -> None:
    said = discreet(("x " * LONGEST)[: LONGEST - 8] + secret)
    assert len(said) <= LONGEST
    assert secret[:6] not in said


@pytest.mark.parametrize(
    "written",
    [OWN, json.dumps(OWN), json.dumps(OWN, ensure_ascii=False), repr(OWN), repr(OWN.encode())],
)
def test_a_secret_of_ours_is_known_however_it_is_written(written: str) -> None:
    assert "1234" not in discreet(f"at {written} of it")


def test_a_value_is_masked_for_its_name() -> None:
    assert "aWQ6" not in discreet_value("authorization", "Basic aWQ6aHVudGVyMi1odW50ZXIy")
    assert "0f1e" not in discreet_value("client_secret", "0f1e2d3c4b5a6978")


def test_what_is_no_secret_stays_under_any_name() -> None:
    for name in ("event", "error", "kind", "authorization"):
        assert discreet_value(name, "not there") == "not there"
