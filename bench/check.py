"""`finetune check` against the cookbook's way of checking, and against bare token encoding.

All on one generated file: (a) the algorithm that OpenAI's cookbook publishes (all rows loaded; format
errors; messages, tokens and assistant tokens per example with plain tiktoken; distributions), (b)
nothing but the encoding of all texts, which are in memory already, by tiktoken in one thread and by
the library that the check uses, (c) the command as a process of its own, from start to exit, with
duplicates, near-duplicates, secrets, identifiers and prices, which (a) does not look for. Each is run
in turn and the best of its runs counts; beside the time on the clock stands the time of the
processor, which other work on the machine hardly changes. Peak memory is that of the command's largest
process and of all of them, for the file and for one of a tenth of its rows.

    make bench                   or  .venv/bin/python bench/check.py --rows 1000000 --times 1 --json
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil

from bench.reporting.claims import Claim, table
from bench.reporting.said import say
from finetune.dataset.tokens import _encoding, count_texts

MODEL = "gpt-4.1-mini-2025-04-14"
WORDS = [
    "the",
    "leave",
    "office",
    "request",
    "manager",
    "form",
    "before",
    "after",
    "monday",
    "holiday",
    "report",
    "team",
    "please",
    "days",
    "of",
    "to",
    "in",
    "is",
    "you",
    "that",
    "it",
    "for",
    "on",
    "are",
    "with",
    "as",
    "at",
    "be",
    "this",
    "have",
    "from",
    "or",
    "by",
    "not",
    "what",
    "all",
    "were",
    "when",
    "we",
    "your",
    "can",
    "there",
    "use",
    "each",
    "which",
    "how",
    "their",
    "if",
    "will",
    "other",
    "about",
    "many",
    "then",
    "them",
    "these",
    "some",
    "would",
    "make",
    "like",
    "into",
    "time",
    "look",
    "more",
    "write",
    "go",
    "see",
    "number",
    "no",
    "way",
    "could",
    "people",
    "than",
    "first",
    "been",
    "call",
]
JAPANESE = (
    "有給休暇は年に二十日です。",
    "申請は前日までにお願いします。",
    "昼食は正午から一時間です。",
    "会社の規則をご覧ください。",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3, help="the best of so many runs counts")
    parser.add_argument("--quick", action="store_true", help="twice")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), options.rows, 2 if options.quick else options.times)
    say(found, markdown, as_json=options.json)


def markdown(found: dict[str, Any]) -> str:
    """The section of the report."""
    rows = [
        (
            label,
            f"{found[f'{name}_s']:.2f}",
            f"{found[f'{name}_cpu_s']:.2f}",
            f"{found[f'{name}_s'] / found['check_s']:.2f}",
        )
        for name, label in (
            ("cookbook", "the cookbook's algorithm"),
            ("tiktoken", "bare encoding, plain tiktoken"),
            ("bare", "bare encoding, as in the check"),
            ("check", "`finetune check`, from start to exit"),
        )
    ]
    largest = [
        (f"{count:,} examples", found[f"peak_mb{name}"], found[f"peak_mb_of_all{name}"])
        for name, count in (("_of_a_tenth", found["rows"] // 10), ("", found["rows"]))
    ]
    return (
        f"{found['rows']:,} examples, {found['mb']} MB, {found['tokens']:,} tokens. The check looks for "
        "duplicates, near-duplicates, secrets, identifiers and prices besides, which the others do "
        "not.\n\n"
        + table(["", "seconds", "of the processor", "÷ check"], rows)
        + "\n"
        + table(["peak memory of the check, MB", "largest process", "all"], largest)
    )


def claims(found: dict[str, Any]) -> list[Claim]:
    ours = found["check_s"]
    return [
        Claim(
            "seconds",
            f"{ours:.2f} s",
            f"{label} {found[f'{name}_s']:.2f} s",
            ours / found[f"{name}_s"],
        )
        for name, label in (("cookbook", "the cookbook's"), ("tiktoken", "bare encoding"))
    ]


def measured(folder: Path, rows: int, times: int) -> dict[str, Any]:
    file, tenth = folder / "rows.jsonl", folder / "tenth.jsonl"
    write(file, rows)
    write(tenth, rows // 10)
    small = _command(tenth)
    texts = [m["content"] for line in file.open() for m in json.loads(line)["messages"]]
    tokens = int(count_texts(texts, MODEL).sum())
    assert _by_tiktoken(texts) == tokens
    runs: dict[str, list[Run]] = {"cookbook": [], "tiktoken": [], "bare": [], "check": []}
    for _ in range(times):
        runs["cookbook"].append(_timed(lambda: cookbook(file)))
        runs["tiktoken"].append(_timed(lambda: _by_tiktoken(texts)))
        runs["bare"].append(_timed(lambda: count_texts(texts, MODEL)))
        runs["check"].append(_command(file))
    best = {name: min(some) for name, some in runs.items()}
    check_s = best["check"].seconds
    return {
        "rows": rows,
        "mb": round(file.stat().st_size / 1e6, 1),
        "tokens": tokens,
        "load": round(psutil.getloadavg()[0], 1),
        **{f"{name}_s": round(one.seconds, 3) for name, one in best.items()},
        **{f"{name}_cpu_s": round(min(some, key=_cpu).cpu, 3) for name, some in runs.items()},
        "times_faster_than_cookbook": round(best["cookbook"].seconds / check_s, 2),
        "check_to_tiktoken": round(check_s / best["tiktoken"].seconds, 2),
        "check_to_bare": round(check_s / best["bare"].seconds, 2),
        "peak_mb": round(best["check"].largest, 1),
        "peak_mb_of_all": round(best["check"].of_all, 1),
        "peak_mb_of_a_tenth": round(small.largest, 1),
        "peak_mb_of_all_of_a_tenth": round(small.of_all, 1),
    }


class Run(NamedTuple):
    """Seconds on the clock and of the processor; peak megabytes of a command."""

    seconds: float
    cpu: float
    largest: float = 0.0
    of_all: float = 0.0


def _cpu(run: Run) -> float:
    return run.cpu


def _by_tiktoken(texts: list[str]) -> int:
    encoding = _encoding("o200k_base")
    return sum(len(encoding.encode(text, disallowed_special=())) for text in texts)


def write(file: Path, rows: int) -> None:
    """About 400 bytes a row; one in ten is Japanese."""
    chance = random.Random(1)
    with file.open("w", encoding="utf-8") as out:
        for number in range(rows):
            if number % 10:
                asked = " ".join(chance.choices(WORDS, k=chance.randint(10, 30))).capitalize() + "?"
                said = " ".join(chance.choices(WORDS, k=chance.randint(15, 40))).capitalize() + "."
            else:
                asked = "".join(chance.choices(JAPANESE, k=3)) + f"({number})"
                said = "".join(chance.choices(JAPANESE, k=4))
            messages = [
                {"role": "system", "content": "You answer the staff's questions, briefly."},
                {"role": "user", "content": asked},
                {"role": "assistant", "content": said},
            ]
            out.write(json.dumps({"messages": messages}, ensure_ascii=False) + "\n")


def cookbook(file: Path) -> dict[str, Any]:
    """The published check of chat data: load everything, look for errors, count, summarise."""
    encoding = _encoding("o200k_base")
    with file.open(encoding="utf-8") as lines:
        dataset = [json.loads(line) for line in lines]
    errors: Counter[str] = Counter()
    for example in dataset:
        _cookbook_errors(example, errors)
    missing: Counter[str] = Counter()
    counts: list[list[int]] = [[], [], []]
    for example in dataset:
        messages = example["messages"]
        for role in ("system", "user"):
            missing[role] += not any(message["role"] == role for message in messages)
        total = 3
        for message in messages:
            total += 3
            for key, value in message.items():
                total += len(encoding.encode(value)) + (key == "name")
        answers = [m["content"] for m in messages if m["role"] == "assistant"]
        counts[0].append(len(messages))
        counts[1].append(total)
        counts[2].append(sum(len(encoding.encode(answer)) for answer in answers))
    summary = [
        (min(v), max(v), np.mean(v), np.median(v), np.quantile(v, 0.1), np.quantile(v, 0.9))
        for v in counts
    ]
    billed = sum(min(65_536, length) for length in counts[1])
    return {"errors": errors, "missing": missing, "summary": summary, "billed": billed}


def _cookbook_errors(example: Any, errors: Counter[str]) -> None:
    if not isinstance(example, dict):
        errors["data_type"] += 1
        return
    messages = example.get("messages")
    if not messages:
        errors["missing_messages_list"] += 1
        return
    for message in messages:
        if "role" not in message or "content" not in message:
            errors["message_missing_key"] += 1
        if any(
            key not in ("role", "content", "name", "function_call", "weight") for key in message
        ):
            errors["message_unrecognized_key"] += 1
        if message.get("role") not in ("system", "user", "assistant", "function"):
            errors["unrecognized_role"] += 1
        content = message.get("content")
        if (not content and not message.get("function_call")) or not isinstance(content, str):
            errors["missing_content"] += 1
    if not any(message.get("role") == "assistant" for message in messages):
        errors["example_missing_assistant_message"] += 1


def _command(file: Path) -> Run:
    """The command with its workers."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "finetune", "check", str(file), "--json", "--model", MODEL],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    largest: dict[int, float] = {}
    watch = threading.Thread(target=_watched, args=(process.pid, largest))
    watch.start()
    out, _ = process.communicate()
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.join()
    assert json.loads(out)["errors"] == [], "the generated rows have no errors"
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, max(largest.values()), sum(largest.values()))


def _watched(pid: int, largest: dict[int, float]) -> None:
    """The most memory that each process had, looked at every 50 ms."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            for one in [process, *process.children(recursive=True)]:
                largest[one.pid] = max(largest.get(one.pid, 0.0), _held(one))
            time.sleep(0.05)
    except psutil.Error:
        return


def _held(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1e6
    except psutil.Error:
        return 0.0


def _timed(work: Callable[[], object]) -> Run:
    began, cpu = time.perf_counter(), time.process_time()
    work()
    return Run(time.perf_counter() - began, time.process_time() - cpu)


if __name__ == "__main__":
    main()
