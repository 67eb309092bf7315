"""What answers behind each workflow of docs/workflows.md, and a folder with its sample files.

A and E have the project's own trainer, which really trains; B, C and D the provider stub over HTTP with
the models of tests/fakes/workflow_world.py.
"""

import contextlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal

from tests.documented import Shell, plain_environment
from tests.fakes import workflow_tickets
from tests.fakes.cutting_proxy import CUT, PASS, RESET, cutting
from tests.fakes.gitlab_stub import TOKEN, gitlab_serving
from tests.fakes.openai_stub import OpenAIStub, serving
from tests.fakes.workflow_world import mails, news, tickets
from tests.once import once
from tests.scenarios.trainer.running_trainer import environment, running

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "workflows.md"
SAMPLES = ROOT / "docs" / "workflows"
TRAINER, PROVIDER = "http://127.0.0.1:8010", "https://api.example.com"
GITLAB = "https://gitlab.example.com"
OpenShell = Callable[[str], Shell]


@pytest.fixture(scope="session")
def small_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR with the base model that the page pretrains."""

    def make(data_dir: Path) -> None:
        command = [sys.executable, "-m", "finetune.trainer", "pretrain", "small-talk.jsonl"]
        options = ["--name", "small-talk", "--data-dir", str(data_dir)]
        subprocess.run([*command, *options], cwd=SAMPLES, env=environment(), check=True)

    return once(tmp_path_factory, "small-talk", make)


@pytest.fixture
def open_shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenShell]:
    """Begin the chapter whose title starts with this letter."""
    with contextlib.ExitStack() as stack:

        def opened(letter: str) -> Shell:
            folder = shutil.copytree(SAMPLES, tmp_path / "workflows")
            shell = Shell(folder, plain_environment(tmp_path / "home"))
            if letter in "AE":
                data_dir = shutil.copytree(
                    request.getfixturevalue("small_talk"), tmp_path / "trainer"
                )
                url = stack.enter_context(running(data_dir)).url
                if letter == "A":
                    url = stack.enter_context(_bad_connection(url))
                shell.addresses[TRAINER] = url.removesuffix("/").removesuffix("/v1")
            else:
                stub = stack.enter_context(_stub())
                WORLDS[letter](stub)
                shell.addresses[PROVIDER] = stub.url.removesuffix("/v1/")
            if letter == "D":
                shell.addresses |= {GITLAB: stack.enter_context(_gitlab()), "glpat-example": TOKEN}
            return shell

        yield opened


# Looks at the job end one way or another in the middle, now and then twice and three times in a row.
TROUBLE = [*[PASS] * 12, CUT, RESET, 500, PASS, PASS, 429, PASS, RESET, CUT, PASS, PASS, CUT]
WORLDS: dict[str, Callable[[OpenAIStub], None]] = {"B": mails, "C": news, "D": tickets}


@contextlib.contextmanager
def _bad_connection(url: str) -> Iterator[str]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(cutting(url, TROUBLE)) as proxy,
    ):
        yield proxy.url


@contextlib.contextmanager
def _stub() -> Iterator[OpenAIStub]:
    """The stub in a thread of its own, so that commands can be waited for here."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(serving()) as stub,
    ):
        yield stub


@contextlib.contextmanager
def _gitlab() -> Iterator[str]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(gitlab_serving()) as stub,
    ):
        workflow_tickets.fill(stub)
        yield stub.url
