"""Every line of the log is JSON without a secret, from whomever it comes."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import configure
from finetune.hiding import hide

OWN = "a-signing-secret-of-ours"
TOKEN = "xoxb-" + "1234567890-abcdefghij"


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("finetune.hiding._known", set())
    hide([OWN])
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure(debug=False)
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


class Client:
    def __repr__(self) -> str:
        return f"Client(token={TOKEN!r})"


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr().err
    assert OWN not in said
    assert TOKEN not in said
    return [json.loads(line) for line in said.splitlines()]


def test_values_of_our_own_events_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure(debug=False)
    nested = {"headers": [f"Bearer {TOKEN}", OWN], TOKEN: 1}
    structlog.get_logger("t").warning("refused", error=f"no {OWN}", all=nested, client=Client())
    assert lines(capsys)[0]["error"] == "no [secret]"


def test_lines_of_libraries_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure(debug=False)
    logging.getLogger("anything").error("sent %s with %s", OWN, {"password": TOKEN})
    assert "sent [secret]" in str(lines(capsys)[0]["event"])


def test_tracebacks_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    configure(debug=False)
    try:
        int(f"{OWN} {TOKEN}")
    except ValueError:
        logging.getLogger("anything").exception("of a library")
        structlog.get_logger("t").exception("of ours", user="U1")
    found = lines(capsys)
    assert len(found) == 2
    assert all("base 10: '[secret] [secret]'" in str(line["exception"]) for line in found)


class Later(Exception):
    foreseen = True


def put_off() -> None:
    raise Later from ValueError("not yet")


def test_what_is_only_tried_later_has_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    configure(debug=False)
    try:
        put_off()
    except Later:
        logging.getLogger("docket.worker").exception("retry of %s", "answer")
    (line,) = lines(capsys)
    assert line["event"] == "retry of answer: ValueError: not yet"
    assert "exception" not in line
