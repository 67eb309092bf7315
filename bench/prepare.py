"""`finetune prepare` against the old `openai tools fine_tunes.prepare_data`, in one run.

Makes a CSV of 100,000 rows (36 MB, a quarter of it Japanese, 5 % duplicates), lets both prepare it as
processes of their own, in turn, and compares the medians of their times and their peak memory. The
old tool is installed (openai 2.34 with pandas) into a virtual environment that is kept in the
temporary directory; where it cannot be, our figures stand alone. Then two more cases of ours: 10,000
rows that share a prefix of 2,000 characters, and peak memory from 10,000 to 1,000,000 rows.

    make bench                   or  .venv/bin/python bench/prepare.py --rows 20000 --json
"""

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median
from typing import Any

ENGLISH = [
    "the",
    "order",
    "was",
    "sent",
    "on",
    "Monday",
    "please",
    "look",
    "at",
    "your",
    "account",
    "page",
    "for",
    "an",
    "invoice",
    "that",
    "shows",
    "which",
    "items",
    "were",
    "returned",
    "how",
    "long",
    "does",
    "support",
    "take",
    "when",
    "my",
    "parcel",
    "has",
    "not",
    "arrived",
    "before",
    "holidays",
    "we",
    "will",
    "answer",
    "every",
    "question",
    "about",
    "delivery",
    "payment",
    "size",
    "colour",
    "warranty",
    "change",
    "cancel",
    "address",
]
JAPANESE = [
    "会社",
    "問い合わせ",
    "方法",
    "確認",
    "製品",
    "送料",
    "返品",
    "交換",
    "保証",
    "期間",
    "営業日",
    "登録",
    "変更",
    "設定",
    "画面",
    "場合",
    "可能",
    "です",
    "ます",
    "については",
    "から",
    "まで",
    "利用",
    "規約",
    "担当",
    "部署",
    "連絡",
    "電話",
    "申請",
    "書類",
    "提出",
    "期限",
    "経費",
    "精算",
    "休暇",
    "時間",
]
OLD = Path(tempfile.gettempdir()) / "apprentice-bench-openai-2.34"


def sentence(chance: random.Random, letters: int) -> str:
    japanese = chance.random() < 0.25
    words: list[str] = []
    room = letters // 3 if japanese else letters
    while room > 0:
        words.append(chance.choice(JAPANESE if japanese else ENGLISH))
        room -= len(words[-1]) + (not japanese)
    return "".join(words) + "。" if japanese else " ".join(words).capitalize() + "."


def make_table(path: Path, rows: int, prefix: str = "") -> None:
    chance, known = random.Random(rows), []
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("prompt", "completion"))
        for number in range(rows):
            row = (prefix + sentence(chance, 200), sentence(chance, 160))
            if known and chance.random() < 0.05:
                row = chance.choice(known)
            elif number % 200 == 0:
                row = (f"{row[0]} Write to user{number}@example.com.", row[1])
            elif number % 900 == 0:
                row = (row[0], "")
            if len(known) < 2000:
                known.append(row)
            table.writerow(row)


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds, and megabytes at the peak, of a process that must succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    said = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def ours(table: Path) -> tuple[float, float]:
    for old in table.parent.glob("ours*.jsonl"):
        old.unlink()
    command = [sys.executable, "-m", "finetune", "prepare", str(table), "-o", "ours.jsonl", "--yes"]
    return timed([*command, "--json"], table.parent)


def old_tool(table: Path) -> tuple[float, float]:
    for old in table.parent.glob("*_prepared*.jsonl"):
        old.unlink()
    command = [str(OLD / "bin" / "openai"), "tools", "fine_tunes.prepare_data", "-q", "-f"]
    return timed([*command, str(table)], table.parent)


def old_tool_installed() -> bool:
    if not (OLD / "ready").exists():
        venv.create(OLD, with_pip=True, clear=True)
        wanted = ["openai==2.34.0", "pandas"]
        command = [str(OLD / "bin" / "pip"), "install", "-q", *wanted]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return False
        (OLD / "ready").touch()
    return True


def figures(rows: int, times: int, most: int, folder: Path) -> dict[str, Any]:
    table = folder / "table.csv"
    make_table(table, rows)
    peer = old_tool_installed()
    new, old = [], []
    for _ in range(times):
        new.append(ours(table))
        if peer:
            old.append(old_tool(table))
    found: dict[str, Any] = {
        "rows": rows,
        "bytes": table.stat().st_size,
        "seconds": median(took for took, _ in new),
        "megabytes": median(peak for _, peak in new),
    }
    if old:
        found["old_seconds"] = median(took for took, _ in old)
        found["old_megabytes"] = median(peak for _, peak in old)
        found["times_faster"] = found["old_seconds"] / found["seconds"]
        found["times_smaller"] = found["old_megabytes"] / found["megabytes"]
    prefixed = folder / "prefixed.csv"
    make_table(prefixed, min(10_000, rows), "Always the same instruction. " * 69)
    found["prefix_seconds"] = median(ours(prefixed)[0] for _ in range(times))
    prefixed.unlink()
    found["memory"] = {}
    for size in (10_000, most):
        make_table(table, size)
        found["memory"][size] = ours(table)[1]
    found["memory_growth"] = found["memory"][most] / found["memory"][10_000]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--most", type=int, default=1_000_000, help="rows of the memory case")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = figures(asked.rows, asked.times, asked.most, Path(folder))
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{found['rows']:,} rows, {found['bytes'] / 1e6:.0f} MB of CSV: seconds and peak memory")
    print(f"  finetune prepare   {found['seconds']:7.2f} s  {found['megabytes']:7.0f} MB")
    if "old_seconds" in found:
        print(
            f"  openai 2.34        {found['old_seconds']:7.2f} s  {found['old_megabytes']:7.0f} MB"
        )
        print(f"  ratio              {found['times_faster']:7.1f}    {found['times_smaller']:7.1f}")
    else:
        print("  openai 2.34 could not be installed: no comparison")
    print(f"a prefix of 2,000 characters on 10,000 rows: {found['prefix_seconds']:.2f} s")
    sizes = ", ".join(f"{size:,} rows {peak:.0f} MB" for size, peak in found["memory"].items())
    print(f"peak memory: {sizes}; ratio {found['memory_growth']:.2f}")


if __name__ == "__main__":
    main()
