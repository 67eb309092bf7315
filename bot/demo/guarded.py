"""Runs a module as a program that cannot outlive the demo: `python -m bot.demo.guarded MODULE [ARG …]`.

Its standard input is a pipe whose other end only the supervisor holds. When that closes, by whatever
end of the supervisor, the program is asked to stop, and after a while its process group is killed.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 10.0


def main() -> None:
    module, *arguments = sys.argv[1:]
    threading.Thread(target=_end_with_supervisor, name="end-with-supervisor", daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _end_with_supervisor() -> None:
    os.read(0, 1)  # nothing is ever written: this returns at the end of the pipe
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
