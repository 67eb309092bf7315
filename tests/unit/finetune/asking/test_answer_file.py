"""Answers in one SQLite file: there after a kill, shared by processes, refused in one line."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from finetune.adapters.kept import answer_file
from finetune.asking.question import Answer, Token
from finetune.errors import InputError

pytestmark = pytest.mark.anyio
ANSWER = Answer(
    content="はい", prompt_tokens=3, completion_tokens=1, seconds=0.25,
    tokens=(Token(text="はい", logprob=-0.1, top=(("はい", -0.1), ("いいえ", -2.4))),),
)  # fmt: skip


async def test_an_answer_comes_back_whole(tmp_path: Path) -> None:
    with answer_file(tmp_path / "new" / "a.sqlite") as answers:
        await answers.put("k", ANSWER)
    with answer_file(tmp_path / "new" / "a.sqlite") as answers:
        assert await answers.get(["k", "other"]) == {"k": ANSWER}


async def test_the_newest_answer_is_kept(tmp_path: Path) -> None:
    with answer_file(tmp_path / "a.sqlite") as answers:
        await answers.put("k", Answer(content="old"))
        await answers.put("k", ANSWER)
        assert await answers.get(["k"]) == {"k": ANSWER}


async def test_answers_of_one_provider_are_not_those_of_another(tmp_path: Path) -> None:
    with answer_file(tmp_path / "a.sqlite", "http://one/") as answers:
        await answers.put("k", ANSWER)
    with answer_file(tmp_path / "a.sqlite", "http://other/") as answers:
        assert await answers.get(["k"]) == {}


async def test_many_at_once_are_all_kept(tmp_path: Path) -> None:
    with answer_file(tmp_path / "a.sqlite") as answers:
        await asyncio.gather(*(answers.put(str(n), Answer(content=str(n))) for n in range(500)))
        assert len(await answers.get([str(n) for n in range(500)])) == 500


PROGRAM = """
import asyncio, os, signal, sys
from pathlib import Path
from finetune.adapters.kept import answer_file
from finetune.asking.question import Answer
async def main():
    with answer_file(Path(sys.argv[1])) as answers:
        for n in range(100):
            await answers.put(f"{sys.argv[2]}-{n}", Answer(content="x" * 1000))
        print("written", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


async def test_several_processes_write_one_file_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    started = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, str(file), str(n)], stdout=-1, stderr=-1)
        for n in range(4)
    ]
    ended = [process.communicate() for process in started]
    assert [out for out, _ in ended] == [b"written\n"] * 4, ended
    with answer_file(file) as answers:
        keys = [f"{process}-{n}" for process in range(4) for n in range(100)]
        assert len(await answers.get(keys)) == 400


async def test_what_cannot_be_read_is_taken_as_not_answered(tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    with answer_file(file) as answers:
        await answers.put("k", ANSWER)
        with sqlite3.connect(file) as database:
            database.execute("UPDATE answers SET answer = '{'")
        assert await answers.get(["k"]) == {}


async def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    with answer_file(tmp_path / "a.sqlite") as answers:
        answers._database.execute("PRAGMA max_page_count = 10")
        with pytest.raises(InputError, match=r"cannot keep answers in .*full"):
            for n in range(100):
                await answers.put(str(n), Answer(content="x" * 5000))


def test_what_is_no_answer_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"something else entirely" * 100)
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "a.sqlite", tmp_path / "folder", tmp_path / "a.sqlite" / "b"):
        with pytest.raises(InputError, match="cannot keep answers"), answer_file(path):
            pass
