"""SIGTERM while the bot opens its connections to a database that accepts them and says nothing."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(60)


def test_it_ends_in_good_order_although_nobody_answers(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        settings = {
            "REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}/0",
            "DATA_DIR": str(tmp_path),
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_SIGNING_SECRET": "0123456789abcdef",
        }
        command = [sys.executable, "-m", "bot", "worker"]
        process = subprocess.Popen(command, env={**os.environ, **settings}, cwd=tmp_path)
        try:
            opened, _ = silent.accept()
            with opened:
                process.send_signal(signal.SIGTERM)
                assert process.wait(15) == 0
        finally:
            process.kill()
            process.wait()
