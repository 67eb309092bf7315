"""What the trainer's server writes when something fails: where it was, and nothing of what was sent."""

import pytest
import structlog

from finetune.hiding import hide
from finetune.trainer.server import log_plainly


def test_a_traceback_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        log_plainly()
        try:
            _fail("sk-" + "secret")
        except ValueError:
            structlog.get_logger().exception("request_failed", path="/v1/models")
    finally:
        structlog.configure(**before)
    out, err = capsys.readouterr()
    assert out == ""
    assert "request_failed" in err
    assert "in _fail" in err
    assert "sk-secret" not in err


def _fail(key: str) -> None:
    raise ValueError(len(key))


def test_a_secret_in_a_refusal_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    hide(["quay-and-ferry"])
    before = structlog.get_config()
    try:
        log_plainly()
        structlog.get_logger("test").warning("refused", error="s3://us:quay-and-ferry@store")
    finally:
        structlog.configure(**before)
    said = capsys.readouterr().err
    assert "s3://us:" in said
    assert "quay-and-ferry" not in said
