"""What the log says of an outage, and what it must never hide."""

import logging
import sys
from collections.abc import Callable

import pytest
import structlog
from redis.exceptions import ConnectionError as Away

from bot.adapters.redis import away
from bot.outages import Outages


def go_away() -> None:
    raise Away("gone")


def _bug_in_handling() -> None:
    try:
        go_away()
    except Away:
        raise KeyError("ours")  # noqa: B904  # as a bug in a handler would


def _hidden() -> None:
    try:
        go_away()
    except Away:
        raise ValueError("unrelated") from None


def _wrapped() -> None:
    try:
        go_away()
    except Away as error:
        raise RuntimeError("no answer") from error


def _wrapped_away() -> None:
    try:
        go_away()
    except Away:
        raise TimeoutError("late")  # noqa: B904  # as asyncio does


@pytest.fixture
def outages() -> Outages:
    made = Outages()
    made.known_by(away)
    return made


def say(outages: Outages, fail: Callable[[], None], level: str, event: str) -> object:
    try:
        fail()
    except (RuntimeError, KeyError, ValueError, TimeoutError):
        try:
            return outages(None, level, {"event": event, "exc_info": True})
        except structlog.DropEvent:
            return None
    raise AssertionError("it does not fail")


@pytest.mark.parametrize("fail", [_bug_in_handling, _hidden])
def test_a_bug_keeps_its_traceback_whatever_was_being_handled(
    outages: Outages, fail: Callable[[], None]
) -> None:
    for _ in range(2):
        assert say(outages, fail, "warning", "x") == {"event": "x", "exc_info": True}


@pytest.mark.parametrize("fail", [_wrapped, _wrapped_away])
def test_what_came_of_an_outage_is_one_line_a_minute(
    outages: Outages, fail: Callable[[], None]
) -> None:
    assert say(outages, fail, "warning", "x") == {"event": "x", "database": "gone"}
    assert say(outages, fail, "warning", "x") is None
    assert say(outages, fail, "warning", "y") == {"event": "y", "database": "gone", "left_out": 1}


def test_no_error_is_dropped(outages: Outages) -> None:
    for _ in range(2):
        assert say(outages, _wrapped, "error", "x") == {"event": "x", "database": "gone"}


def test_no_error_of_a_library_is_dropped(outages: Outages) -> None:
    for level, passes in ((30, True), (30, False), (40, True), (40, True)):
        try:
            _wrapped()
        except RuntimeError:
            info = sys.exc_info()
        record = logging.LogRecord("lib", level, "f", 1, "failed", (), info)
        assert outages.filter(record) is passes
        assert record.exc_info is None
