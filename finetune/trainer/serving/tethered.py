"""Runs a program that cannot outlive the trainer: `python -m finetune.trainer.serving.tethered PROGRAM [ARG …]`.

Its standard input is a pipe whose other end only the trainer holds. When that closes, by whatever end
of the trainer, the program's process group is asked to stop, and after a while killed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 10.0


def main(command: list[str]) -> int:
    """The program's exit code; 127 when it cannot be started."""
    try:
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"{command[0]}: {error.strerror}\n")
        return 127
    threading.Thread(target=_end, args=(program.pid,), name="end", daemon=True).start()
    # Ctrl-C reaches us too; the pipe says when it is time.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    code = program.wait()
    _signal(program.pid, signal.SIGKILL)  # what it has left behind
    return code


def _end(group: int) -> None:
    os.read(0, 1)  # nothing is ever written: this returns at the end of the pipe
    _signal(group, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _signal(group, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
