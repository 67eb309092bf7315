"""`finetune check` against the cookbook's way of checking, and against bare token encoding.

All in one run, on one generated file: (a) the algorithm that OpenAI's cookbook publishes (all rows
loaded; format errors; messages, tokens and assistant tokens per example with plain tiktoken;
distributions), (b) nothing but the encoding of all texts, by tiktoken and by the library that the
check uses, the texts being in memory already, (c) the command as a process of its own, from start
to exit. (a) is timed without the start of its interpreter and without duplicates, near-duplicates,
secrets, identifiers and prices, which (c) includes. Peak memory is that of the command and of its
workers together, for the file and for one of a tenth of its rows.

    make bench                   or  .venv/bin/python bench/check.py --rows 1000000 --json
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

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
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), options.rows, options.times)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['rows']:,} examples, {found['mb']} MB, {found['tokens']:,} tokens of text")
    for name, label in (
        ("cookbook_s", "the cookbook's algorithm"),
        ("tiktoken_s", "bare encoding, tiktoken"),
        ("bare_s", "bare encoding, as in the check"),
        ("check_s", "finetune check"),
    ):
        print(f"  {label:32} {found[name]:8.2f} s")
    print(f"  {'cookbook / check':32} {found['times_faster_than_cookbook']:8.2f}")
    print(f"  {'check / bare tiktoken':32} {found['check_to_tiktoken']:8.2f}")
    print(f"  {'check / bare, as in the check':32} {found['check_to_bare']:8.2f}")
    print(f"  {'peak memory':32} {found['peak_mb']:8.0f} MB")
    print(f"  {'… with a tenth of the rows':32} {found['peak_mb_of_a_tenth']:8.0f} MB")


def measured(folder: Path, rows: int, times: int) -> dict[str, Any]:
    file, tenth = folder / "rows.jsonl", folder / "tenth.jsonl"
    write(file, rows)
    write(tenth, rows // 10)
    cookbook_s = min(_timed(lambda: cookbook(file)) for _ in range(times))
    tokens, tiktoken_s, bare_s = _bare(file, times)
    checks = [_command(file) for _ in range(times)]
    check_s = min(seconds for seconds, _ in checks)
    return {
        "rows": rows,
        "mb": round(file.stat().st_size / 1e6, 1),
        "tokens": tokens,
        "cookbook_s": round(cookbook_s, 3),
        "tiktoken_s": round(tiktoken_s, 3),
        "bare_s": round(bare_s, 3),
        "check_s": round(check_s, 3),
        "times_faster_than_cookbook": round(cookbook_s / check_s, 2),
        "check_to_tiktoken": round(check_s / tiktoken_s, 2),
        "check_to_bare": round(check_s / bare_s, 2),
        "peak_mb": round(max(peak for _, peak in checks), 1),
        "peak_mb_of_a_tenth": round(_command(tenth)[1], 1),
    }


def _bare(file: Path, times: int) -> tuple[int, float, float]:
    """Tokens of all texts, and the seconds that encoding alone takes by tiktoken and by ours."""
    texts = [m["content"] for line in file.open() for m in json.loads(line)["messages"]]
    encoding = _encoding("o200k_base")

    def by_tiktoken() -> int:
        return sum(len(encoding.encode(text, disallowed_special=())) for text in texts)

    tokens = int(count_texts(texts, MODEL).sum())
    assert by_tiktoken() == tokens
    return (
        tokens,
        min(_timed(by_tiktoken) for _ in range(times)),
        min(_timed(lambda: count_texts(texts, MODEL)) for _ in range(times)),
    )


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


def _command(file: Path) -> tuple[float, float]:
    """Seconds and peak megabytes of the command with its workers."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "finetune", "check", str(file), "--json", "--model", MODEL],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    peaks = [0.0]
    watch = threading.Thread(target=_watched, args=(process.pid, peaks))
    watch.start()
    out, _ = process.communicate()
    seconds = time.perf_counter() - began
    watch.join()
    assert json.loads(out)["errors"] == [], "the generated rows have no errors"
    return seconds, peaks[0]


def _watched(pid: int, peaks: list[float]) -> None:
    """Memory of its own of the process and its children, every 50 ms."""
    try:
        process = psutil.Process(pid)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            family = [process, *process.children(recursive=True)]
            peaks[0] = max(peaks[0], sum(_own(one) for one in family) / 1e6)
            time.sleep(0.05)
    except psutil.Error:
        return


def _own(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().uss)
    except psutil.Error:
        return 0.0


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
