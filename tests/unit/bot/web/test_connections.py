"""A process may open as many files as it takes connections, where the system lets it."""

import subprocess
import sys

PROGRAM = """
import resource
from bot.web.connections import make_room
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
make_room()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def allowed(soft: int, hard: int) -> int:
    program = PROGRAM.format(soft=soft, hard=hard)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    return int(done.stdout)


def test_more_is_asked_for_than_systems_allow_at_first() -> None:
    assert allowed(1024, 10_000) == 4_500


def test_no_more_is_asked_for_than_can_be_had() -> None:
    assert allowed(1024, 2_000) == 2_000


def test_what_is_allowed_already_stays() -> None:
    assert allowed(9_000, 10_000) == 9_000
