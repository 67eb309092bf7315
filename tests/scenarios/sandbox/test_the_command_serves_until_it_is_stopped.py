"""`python -m bot.sandbox` as the demo starts it: a process of its own, arguments only, a quick end."""

import asyncio
import signal
import sys
from pathlib import Path

import httpx
import pytest

from bot.sandbox.__main__ import secret_in
from tests.fakes.serving import taken_port
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio
TOUR = Path(__file__).parent / "tour.json"


async def started(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.sandbox", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_an_open_page_does_not_hold_up_the_end(tmp_path: Path, ending: int) -> None:
    """Ctrl-C and SIGTERM end it cleanly while a page still listens for changes."""
    listening = taken_port()
    port = listening.getsockname()[1]
    listening.close()
    process = await started(
        *("--port", str(port), "--bot-url", "http://127.0.0.1:9", "--signing-secret-file", "-"),
        *("--data-dir", str(tmp_path), "--tour", str(TOUR), "--model-note", "small"),
    )
    assert process.stdin is not None
    process.stdin.write(b"s3cret\n")  # stdin stays open: its first line is enough
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

        async def answers() -> httpx.Response | None:
            try:
                return await http.get("/sandbox/api/state", params={"user": "U0ASKER001"})
            except httpx.TransportError:
                return None

        state = (await until("the sandbox to answer", answers)).json()
        assert (state["model_note"], len(state["tour"])) == ("small", 3)
        async with http.stream("GET", "/sandbox/api/events?user=U0ASKER001") as events:
            async for line in events.aiter_lines():
                assert line == "event: change"
                break
            process.send_signal(ending)
            assert await asyncio.wait_for(process.wait(), 10) == 0
    assert process.stderr is not None
    assert b"Traceback" not in await process.stderr.read()


async def test_an_unreadable_tour_is_one_line_and_exit_1(tmp_path: Path) -> None:
    """No traceback."""
    process = await started(
        *("--bot-url", "http://127.0.0.1:9", "--signing-secret", "s"),
        *("--data-dir", str(tmp_path), "--tour", str(tmp_path / "none.json")),
    )
    _, said = await process.communicate()
    assert (process.returncode, said.count(b"\n")) == (1, 1)
    assert b"none.json" in said


@pytest.mark.parametrize("content", [None, b"", b"\nlate\n", b"\xff"])
async def test_a_file_without_a_secret_is_one_line_and_exit_1(
    tmp_path: Path, content: bytes | None
) -> None:
    """Missing, empty, an empty first line, no text at all."""
    file = tmp_path / "secret.txt"
    if content is not None:
        file.write_bytes(content)
    process = await started(
        *("--bot-url", "http://127.0.0.1:9", "--signing-secret-file", str(file)),
        *("--data-dir", str(tmp_path)),
    )
    _, said = await process.communicate()
    assert (process.returncode, said.count(b"\n")) == (1, 1)
    assert b"secret.txt" in said


def test_the_secret_is_the_first_line_of_the_file(tmp_path: Path) -> None:
    """Without the white space around it."""
    file = tmp_path / "secret.txt"
    file.write_text(" s3cret \nmore\n")
    assert secret_in(str(file)) == "s3cret"
