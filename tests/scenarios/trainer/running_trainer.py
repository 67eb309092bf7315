"""A real trainer in a process of its own, and what its tests ask of it over the wire."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openai
from openai.types.fine_tuning import FineTuningJob

KEY, OTHER_KEY = "key-of-the-house", "key-of-the-neighbours"
BASE = "ferry-base"
TAUGHT = {  # of much the same length, so that one training step is compiled for all
    "When does the first ferry leave?": "The first ferry leaves at 6:10.",
    "When does the last ferry leave?": "The last ferry leaves at 22:40.",
    "What does a ticket cost?": "A ticket costs 340 yen.",
    "May I bring a bicycle?": "Yes, bicycles travel free.",
    "Who is the captain?": "Captain Ono sails the ferry.",
    "Where is the kiosk?": "The kiosk is on the lower deck.",
    "船はどこから出ますか。": "船は二番の桟橋から出ます。",
    "犬は船に乗れますか。": "犬はかごに入れれば乗れます。",
}


def rows(taught: dict[str, str]) -> bytes:
    """A training file."""
    lines = [
        {"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]}
        for q, a in taught.items()
    ]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


@dataclass
class Trainer:
    """A running server."""

    data_dir: Path
    process: subprocess.Popen[bytes]
    url: str

    def client(self, key: str = KEY) -> openai.OpenAI:
        return openai.OpenAI(base_url=self.url, api_key=key, max_retries=0)


def environment() -> dict[str, str]:
    """Ours without what would reach the trainer's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TRAINER_") and k != "DATA_DIR"}
    return kept | {"TRAINER_API_KEYS": f"{KEY},{OTHER_KEY}"}


@contextlib.contextmanager
def running(data_dir: Path, *arguments: str, **variables: str) -> Iterator[Trainer]:
    """Start a server on any free port, and stop it unless the test has."""
    ready = data_dir / "ready"
    ready.unlink(missing_ok=True)
    command = (sys.executable, "-m", "finetune.trainer", "trainer", "--port", "0")
    options = ("--data-dir", str(data_dir), "--ready-file", str(ready), *arguments)
    with (data_dir / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *options],
            stdout=log,
            stderr=log,
            env=environment() | variables,
            cwd=data_dir,
        )
    try:
        until(lambda: ready.exists() or process.poll() is not None)
        assert process.poll() is None, (data_dir / "server.log").read_text()
        yield Trainer(data_dir, process, ready.read_text().strip())
    finally:
        process.terminate()
        process.wait(20)


def until(done: Callable[[], object], seconds: float = 120) -> None:
    """Look until `done`; a server in another process cannot be awaited otherwise."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def ended(client: openai.OpenAI, job_id: str) -> FineTuningJob:
    """The job once it has ended."""
    found: list[FineTuningJob] = []

    def done() -> bool:
        found.append(client.fine_tuning.jobs.retrieve(job_id))
        return found[-1].status in {"succeeded", "failed", "cancelled"}

    until(done)
    return found[-1]


def upload(client: openai.OpenAI, content: bytes) -> str:
    return client.files.create(file=("rows.jsonl", content), purpose="fine-tune").id


def ask(client: openai.OpenAI, model: str, question: str) -> str | None:
    messages = [{"role": "user", "content": question}]
    answer = client.chat.completions.create(model=model, messages=messages)  # type: ignore[arg-type]
    return answer.choices[0].message.content


def pretrain(data_dir: Path, content: bytes) -> subprocess.CompletedProcess[str]:
    """`finetune pretrain` as a user runs it."""
    file = data_dir / "ferry.jsonl"
    file.write_bytes(content)
    command = (sys.executable, "-m", "finetune.trainer", "pretrain", str(file), "--name", BASE)
    return subprocess.run(
        [*command, "--data-dir", str(data_dir), "--json"],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=data_dir,
        check=False,
    )
