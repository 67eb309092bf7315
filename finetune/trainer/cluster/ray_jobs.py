"""Ray's job server, spoken to by its own client, which is imported here only.

Every call blocks. A job that the cluster does not know (any more) is None; a job server that does
not answer is a ConnectionError.
"""

import contextlib
import shlex
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from finetune.errors import InputError

_GOOD = "A good value: RAY_ADDRESS=http://head:8265"
_ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})
_LAST_SAID = 4000  # characters of a job's output that go to the trainer's log


class RayJobs:
    """The jobs of one cluster."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, name: str, command: Sequence[str], variables: dict[str, str]) -> None:
        """Start a job; nothing if there is one of this name."""
        with self._reached():
            try:
                self._client.submit_job(
                    entrypoint=shlex.join(command),
                    submission_id=name,
                    runtime_env={"env_vars": variables},
                )
            except RuntimeError as error:
                if self._status(name) is None:  # as while a head that has just begun has no agent
                    raise ConnectionError(str(error)) from error

    def status(self, name: str) -> str | None:
        """PENDING, RUNNING, SUCCEEDED, FAILED or STOPPED."""
        with self._reached():
            return self._status(name)

    def is_running(self, name: str) -> bool:
        """Whether it has begun or will begin, and has not ended."""
        return self.status(name) not in _ENDED | {None}

    def running(self) -> list[str]:
        """The names of all that has been submitted to the cluster, by whomever, and not ended."""
        with self._reached():
            found = self._client.list_jobs()
        names = [job.submission_id for job in found if job.status.value not in _ENDED]
        return [name for name in names if name]

    def stop(self, name: str) -> None:
        """Ask it to end; nothing when it has."""
        with self._reached(), contextlib.suppress(RuntimeError):
            self._client.stop_job(name)

    def exit_code(self, name: str) -> int | None:
        """What its command ended with; None when Ray does not know."""
        with self._reached(), contextlib.suppress(RuntimeError):
            code: int | None = self._client.get_job_info(name).driver_exit_code
            return code
        return None

    def last_said(self, name: str) -> str:
        """The end of what it printed; empty when that cannot be had."""
        try:
            said: str = self._client.get_job_logs(name)
        except Exception:  # noqa: BLE001 - only for the log, and Ray raises whatever aiohttp does
            return ""
        return said[-_LAST_SAID:]

    def _status(self, name: str) -> str | None:
        try:
            return str(self._client.get_job_status(name).value)
        except RuntimeError as error:
            if "does not exist" in str(error):
                return None
            raise ConnectionError(str(error)) from error

    @contextlib.contextmanager
    def _reached(self) -> Iterator[None]:
        """`requests` raises errors of its own, none of them worth a difference here."""
        import requests

        try:
            yield
        except requests.RequestException as error:
            raise ConnectionError(str(error)) from error


def ray_jobs(address: str) -> RayJobs:
    """The job server at RAY_ADDRESS. Raises InputError when it is not there."""
    if find_spec("ray") is None:
        raise InputError(
            "TRAINER_LAUNCHER=ray: ray is not installed; the launcher needs its extra: "
            "pip install 'apprentice[trainer,ray]'"
        )
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InputError(f"RAY_ADDRESS={address}: no address of a Ray job server. {_GOOD}")
    _knock(address, parts.hostname, _port(address))
    from ray.job_submission import JobSubmissionClient

    try:
        return RayJobs(JobSubmissionClient(address))
    except Exception as error:  # noqa: BLE001 - Ray raises whatever requests does
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"RAY_ADDRESS={address}: no Ray job server: {reason}. {_GOOD}") from None


def _port(address: str) -> int:
    parts = urlsplit(address)
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise InputError(f"RAY_ADDRESS={address}: the port is none. {_GOOD}") from None


def _knock(address: str, host: str, port: int) -> None:
    """Ray's client waits minutes for a machine that is not there."""
    import socket

    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"RAY_ADDRESS={address} does not answer: {reason}. {_GOOD}") from None
