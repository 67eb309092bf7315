"""Run the trainer's server until it is told to stop. Called by `cli.py`."""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from finetune.errors import InputError
from finetune.hiding import without_own
from finetune.settings import TrainerSettings
from finetune.trainer.app import create_app
from finetune.trainer.banner import banner
from finetune.trainer.home import Home, locked
from finetune.trainer.key_file import kept_key
from finetune.trainer.stores.files import write_bytes

GRACE = 5  # seconds that requests under way have to finish
# Seconds that an unused connection stays open: longer than clients keep theirs (openai's: 5), so
# that none sends a request on a connection that is just being closed.
IDLE = 75


class _Server(uvicorn.Server):
    """Ends with exit code 0 on SIGTERM and SIGINT, and says when it listens."""

    def __init__(
        self, config: uvicorn.Config, ready_file: Path | None, url: str, said: str
    ) -> None:
        super().__init__(config)
        self._ready_file = ready_file
        self._url = url
        self._said = said

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's own would raise the signal again when all is closed."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        sys.stderr.write(f"{self._said}\n")
        sys.stderr.flush()
        if self._ready_file is not None:
            write_bytes(self._ready_file, f"{self._url}\n".encode())


def serve_until_stopped(settings: TrainerSettings, host: str, ready_file: Path | None) -> None:
    """Listen on `host` and the settings' port. Raises InputError when that cannot be."""
    log_plainly()
    home = Home.under(settings.data_dir)
    refusal = f"another trainer already works in {home.root}; stop it or choose another DATA_DIR"
    # A supervisor may start us while the predecessor it has just stopped is still going.
    with locked(home.root / "server.lock", refusal=refusal, patience=1.0):
        home.clear_leftovers()
        listener = _listen(host, settings.trainer_port)
        url = f"http://{_in_address(host)}:{listener.getsockname()[1]}"
        keys, key_file = _keys(settings, home)
        config = uvicorn.Config(
            create_app(home, keys, settings),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=IDLE,
        )
        said = banner(settings, url, key_file)
        asyncio.run(_Server(config, ready_file, f"{url}/v1", said).serve(sockets=[listener]))


def log_plainly() -> None:
    """Lines on stderr. A traceback shows no values: a request's key and questions are among them."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.ConsoleRenderer(
                colors=False, exception_formatter=structlog.dev.plain_traceback
            ),
            _discreet,  # last, when tracebacks are text
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _discreet(_logger: object, _name: str, line: Any) -> str:
    """No secret of ours: a store's refusal may repeat its address with the password."""
    return without_own(str(line))


def _keys(settings: TrainerSettings, home: Home) -> tuple[tuple[str, ...], Path | None]:
    """Who may come in, and the file that says it when the settings do not."""
    if settings.trainer_api_keys:
        return settings.trainer_api_keys, None
    path = home.root / "key"
    try:
        return (kept_key(path),), path
    except OSError as error:
        raise InputError(
            f"no key can be kept in {path}: {error.strerror}; "
            "set TRAINER_API_KEYS=key-one,key-two instead"
        ) from None


def _in_address(host: str) -> str:
    """The host as it stands in a URL that a person on this machine can open."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}
    return here.get(host) or (f"[{host}]" if ":" in host else host)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        reason = error.strerror
        raise InputError(f"cannot listen on {host}:{port}: {reason}; choose --port") from None
    return listener
