"""The log of what went wrong with jobs; a full disk, which may hold the log too, breaks nothing."""

import contextlib

import structlog

_log = structlog.get_logger("finetune.trainer.jobs")


def log_defect(event: str, job_id: str) -> None:
    """What nobody foresaw, with its traceback. Called while it is handled."""
    with contextlib.suppress(OSError):
        _log.exception(event, job_id=job_id)


def log_setback(event: str, job_id: str, **facts: object) -> None:
    """What the trainer waits for or tries again, in a line."""
    with contextlib.suppress(OSError):
        _log.warning(event, job_id=job_id, **facts)
