"""The trainer's two engines against a bare loop with the same model, rows and shapes, in one run.

Embedded engine: tokens a second while it learns the demo's 60 rows, beside a bare JAX loop (aim: 0.8
of it); seconds until `finetune pretrain` has learnt them; answers a second over HTTP to 1, 4 and 16
clients at once. peft engine, where .venv-lora is (`make test-lora` fills it): tokens a second of an
adapter on a tiny Llama beside a bare trl script (aim: 0.95 of it); with a GPU also a random Llama of
a billion parameters. Every training is a process of its own with one thread; medians of several,
taken in turn. Where the machine is busy, look at the processor's time.

    make bench                   or  .venv/bin/python bench/trainer.py --times 3 --json
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.reporting.claims import Claim, table
from bench.reporting.said import say
from bench.trainer_runs.chats import KEY, answers

ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "bot/demo/handbook.jsonl"
LORA = ROOT / ".venv-lora/bin/python"
LEVELS = (1, 4, 16)
PACES = ("tokens_per_second", "tokens_per_processor_second")
ASKED = 96  # answers for each number of clients
PATIENCE = 300  # seconds for one process
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("TRAINER_")},  # noqa: TID251
    "PYTHONPATH": str(ROOT),
    "OMP_NUM_THREADS": "1",
    "TRAINER_API_KEYS": KEY,
}
Figures = dict[str, Any]


def ran(python: str | Path, name: str, *arguments: object) -> Figures:
    """What one process of `trainer_runs` found. Raises RuntimeError with its last words."""
    command = [python, ROOT / f"bench/trainer_runs/{name}.py", *arguments]
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip()[-500:]}")
    lines = [line for line in done.stdout.splitlines() if line.startswith('{"')]
    found: Figures = json.loads(lines[-1])
    return found


def medians(runs: list[Figures]) -> Figures:
    return {name: median(run[name] for run in runs) for name in runs[0]}


def beside(ours: list[Figures], bare: list[Figures]) -> Figures:
    """Both paces and how much of the bare one ours is."""
    new, peer = medians(ours), medians(bare)
    return {"ours": new, "bare": peer, "ratio": {name: new[name] / peer[name] for name in PACES}}


def embedded(times: int) -> Figures:
    pairs = [
        (ran(sys.executable, "embedded", ROWS), ran(sys.executable, "bare_jax", ROWS))
        for _ in range(times)
    ]
    return beside([ours for ours, _ in pairs], [bare for _, bare in pairs])


def peft(times: int, folder: Path) -> Figures:
    if not LORA.exists():
        return {"left_out": "there is no .venv-lora; `make test-lora` fills it"}
    ours: list[Figures] = []
    bare: dict[str, list[Figures]] = {"no": [], "epoch": []}
    for number in range(times):
        own = folder / f"peft-{number}"
        ours.append(ran(LORA, "peft_engine", ROWS, own))
        for saves, runs in bare.items():
            runs.append(ran(LORA, "bare_trl", ROWS, own, saves))
    return {f"saves_{saves}": beside(ours, runs) for saves, runs in bare.items()}


def gpu() -> Figures:
    if not LORA.exists():
        return {"left_out": "there is no .venv-lora"}
    return ran(LORA, "on_gpu")


def learnt(folder: Path) -> Figures:
    """`finetune pretrain` as a user runs it: imports, compiling, learning, looking, writing."""
    command = [sys.executable, "-m", "finetune.trainer", "pretrain", ROWS, "--name", "bench"]
    began = time.perf_counter()
    done = subprocess.run(
        [*map(str, command), "--data-dir", str(folder), "--json"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=PATIENCE,
        check=True,
    )
    said: Figures = json.loads(done.stdout)
    return {"seconds": time.perf_counter() - began, "said": said}


@contextlib.contextmanager
def server(folder: Path) -> Iterator[tuple[str, int]]:
    """Where a trainer listens, and its process."""
    ready = folder / "ready"
    command = [sys.executable, "-m", "finetune.trainer", "trainer", "--port", "0"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data-dir", str(folder), "--ready-file", str(ready)],
            env=ENVIRONMENT,
            stdout=log,
            stderr=log,
        )
    try:
        while not ready.exists():
            assert process.poll() is None, (folder / "server.log").read_text()
            time.sleep(0.05)
        yield ready.read_text().strip(), process.pid
    finally:
        process.terminate()
        process.wait(20)


def chats(folder: Path, times: int) -> Figures:
    lines = ROWS.read_text(encoding="utf-8").splitlines()
    taught = [json.loads(line)["messages"][0]["content"] for line in lines]
    questions = (taught * (ASKED // len(taught) + 1))[:ASKED]
    with server(folder) as (url, process):
        runs = [answers(url, "bench", questions, process, LEVELS) for _ in range(times)]
    found = {level: medians([run[level] for run in runs]) for level in LEVELS}
    alone = found[1]["answers_per_second"]
    ratios = {level: found[level]["answers_per_second"] / alone for level in LEVELS}
    return {"clients": found, "ratio": ratios}


def markdown(found: Figures) -> str:
    """The section of the report."""
    chats = [
        (
            f"{level} at once",
            f"{figures['answers_per_second']:.1f}",
            f"{figures['milliseconds_each']:.1f}",
            f"{found['chats']['ratio'][level]:.2f}",
        )
        for level, figures in found["chats"]["clients"].items()
    ]
    parts = [
        _paces("embedded engine, 60 rows; bare JAX loop", found["embedded"]),
        f"`finetune pretrain` has learnt the 60 rows in {found['learnt']['seconds']:.1f} s.\n",
        table(["chats over HTTP", "answers/s", "ms of the server's processor", "÷ one"], chats),
    ]
    for saves, when in (("no", "no checkpoint"), ("epoch", "one each epoch")):
        if case := found["peft"].get(f"saves_{saves}"):
            parts.append(_paces(f"peft engine, a tiny Llama; bare trl that keeps {when}", case))
    for name, title in (("peft", "peft engine"), ("gpu", "on a GPU")):
        if "left_out" in found[name]:
            parts.append(f"{title}: left out, {found[name]['left_out']}.\n")
    if "left_out" not in found["gpu"]:
        parts.append(f"On a GPU:\n\n```json\n{json.dumps(found['gpu'], indent=1)}\n```\n")
    return "\n".join(parts)


def _paces(title: str, case: Figures) -> str:
    rows = [
        (name, f"{case[name][PACES[0]]:,.{digits}f}", f"{case[name][PACES[1]]:,.{digits}f}")
        for name, digits in (("ours", 0), ("bare", 0), ("ratio", 2))
    ]
    share = f"Of our time {case['ours']['share_of_steps']:.0%} are steps.\n"
    return table([title, "tokens/s", "by the processor's time"], rows) + "\n" + share


def claims(found: Figures) -> list[Claim]:
    """By the processor's time, which other work on the machine hardly changes."""
    cases = [("embedded engine", "bare JAX loop", found["embedded"], 0.8)]
    if bare := found["peft"].get("saves_epoch"):
        cases.append(("peft engine", "bare trl", bare, 0.95))
    return [
        Claim(
            f"{title}: tokens for a second of the processor",
            f"{case['ours'][PACES[1]]:,.0f}",
            f"{peer} {case['bare'][PACES[1]]:,.0f}",
            case["ratio"][PACES[1]],
            f"≥ {aim} of it",
            case["ratio"][PACES[1]] >= aim,
        )
        for title, peer, case, aim in cases
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--times", type=int, default=3, help="how often each training is repeated")
    parser.add_argument("--quick", action="store_true", help="once, and without adapters and GPU")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    times, left_out = 1 if asked.quick else asked.times, {"left_out": "it is not quick"}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {
            "embedded": embedded(times),
            "learnt": learnt(folder),
            "chats": chats(folder, times),
            "peft": left_out if asked.quick else peft(times, folder),
            "gpu": left_out if asked.quick else gpu(),
        }
    say(found, markdown, as_json=asked.json)


if __name__ == "__main__":
    main()
