"""`python -m tests.fakes.crashing.nursery`: forks processes of ours that need not import anything.

Reads a JSON line {"arguments": […], "environment": {…}, "directory": …, "files": …} for each and
prints its pid. Each is a process like any other, with the `bot` command's own main, and leaves its
exit code in its directory; where `files` names a socket, it asks there before it moves, makes or opens
a file for writing in DATA_DIR.
"""

import ctypes
import gc
import inspect
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn.lifespan.on
import uvicorn.protocols.http.auto  # noqa: F401  # here, so that the forked need not

import bot.bootstrap.connecting
import bot.server
import bot.slack.plot  # noqa: F401
from bot.cli import app
from tests.fakes.crashing.ward import CODE

PR_SET_PDEATHSIG = 1
_OF_FILES = {"os.rename": 1, "os.mkdir": 0, "os.remove": 0, "shutil.rmtree": 0}


def main() -> None:
    """Until nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead are gone at once
    inspect.stack()  # Bolt asks for it: the first time takes half a second
    gc.freeze()
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(wanted)
        print(pid, flush=True)


def _live(wanted: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # nobody outlives the tests
    os.setsid()
    os.chdir(wanted["directory"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    log = os.open("bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, to in enumerate((nothing, log, log)):
        os.dup2(to, number)
    if wanted.get("files"):
        _watch(wanted["files"], wanted["environment"]["DATA_DIR"])
    code: Any = 1
    try:
        app(wanted["arguments"], standalone_mode=True)
    except SystemExit as end:
        code = end.code
    finally:
        code = code if isinstance(code, int) else 0 if code is None else 1
        sys.stderr.flush()
        Path(wanted["directory"], f"{CODE}-{os.getpid()}").write_text(str(code))
        os._exit(code)


def _watch(asked: str, folder: str) -> None:
    """Ask before each change of a file; the answer may be a kill."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = arguments
            if not (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)):
                return
        elif event in _OF_FILES:
            path = arguments[_OF_FILES[event]]
        else:
            return
        if isinstance(path, (str, os.PathLike)) and os.fspath(path).startswith(folder):
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(asked)
                line.sendall(f"file {event} {os.path.relpath(path, folder)}\n".encode())
                line.recv(1)

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
