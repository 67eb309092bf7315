"""`finetune prepare` against the old `openai tools fine_tunes.prepare_data`, in one run.

Makes a CSV of 100,000 rows (36 MB): English with the word order of real prose, a quarter Japanese, one
row in ten with figures, 5 % exact duplicates, 1 % rows that differ from another by a word, some with an
e-mail address or without an answer. Both prepare it as processes of their own, in turn; medians of
their times, of their processor time and of their peak memory are compared.
The old tool is installed (openai 2.34 with pandas) into a virtual environment that is kept in the
temporary directory; where it cannot be installed or fails, our figures stand alone. Then two more
cases: 10,000 rows that share a prefix of 2,000 characters, and peak memory from 10,000 to 1,000,000
rows of 70 characters.

    make bench                   or  .venv/bin/python bench/prepare.py --rows 20000 --json
"""

import argparse
import csv
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections import defaultdict
from pathlib import Path
from pydoc_data.topics import topics
from statistics import median
from typing import Any, NamedTuple

from bench.reporting.claims import Claim, at_most, table
from bench.reporting.said import say

PATIENCE = 20  # seconds for the old tool, whose time grows with the square of a common prefix
TIMED_OUT = 124
OLD = Path(tempfile.gettempdir()) / "apprentice-bench-openai-2.34"
KANJI = (
    "会社製品送料返交換保証書営業日登録設定画面利用規約担当部署電話番号申請類提出期限経費精算有給休暇勤務時間求領収"
    "見積注文配在庫状況支払方法割引券予約室議張手健康診断研修資員駐車場入館続在宅残明細年末調整住所変更退職福厚生"
    "東西南北山川海空店客薬学校病院料理野菜音楽映画旅行切符市町村県国語英数科歴史計算機械工具材木金属紙布服靴色"
)
KANA = "アイウエオカキクケコサシスセソタチツテトナニハヒフヘホマミムメモラリルレロンー"
PARTICLES = [
    "は",
    "が",
    "を",
    "に",
    "で",
    "の",
    "と",
    "も",
    "へ",
    "から",
    "まで",
    "より",
    "では",
    "について",
]
VERBS = "確変申取問刷出受更調相連見書読聞話送届払買売使作直開閉押引決"
ENDS = [
    "してください。",
    "します。",
    "しました。",
    "したいです。",
    "しますか。",
    "できません。",
    "しており、",
    "していて、",
]
ENDS += [
    "しないと、",
    "すると、",
    "したため、",
    "すれば、",
    "したあと、",
    "されます。",
    "する予定です。",
    "する必要があります。",
]


def words_of_prose() -> dict[str, list[str]]:
    """Each word of Python's own documentation with all words that follow it there."""
    text = " ".join(part for name, part in sorted(topics.items()) if isinstance(part, str))
    words = re.findall(r"[A-Za-z]+[,.]?", text)
    following: defaultdict[str, list[str]] = defaultdict(list)
    for word, after in itertools.pairwise(words):
        following[word].append(after)
    return following


FOLLOWING = words_of_prose()
STARTS = [word for word in sorted(FOLLOWING) if word.isalpha() and word.istitle()]


def english(chance: random.Random, letters: int) -> str:
    word = chance.choice(STARTS)
    words = [word]
    while letters > 0:
        word = chance.choice(FOLLOWING.get(word, STARTS))
        words.append(word)
        letters -= len(word) + 1
    return " ".join(words).rstrip(".,") + "."


def japanese(chance: random.Random, letters: int) -> str:
    said = ""
    while len(said) < letters:
        for _ in range(chance.randint(1, 4)):
            known = KANJI if chance.random() < 0.75 else KANA
            said += "".join(chance.choices(known, k=chance.randint(2, 4)))
            said += chance.choice(PARTICLES)
        said += chance.choice(VERBS) + chance.choice(KANJI) + chance.choice(ENDS)
    return said


def text(chance: random.Random, letters: int) -> str:
    if chance.random() < 0.25:
        return japanese(chance, letters // 3)
    return english(chance, letters)


def make_row(chance: random.Random, number: int, size: int) -> tuple[str, str]:
    prompt, completion = text(chance, size * 18), text(chance, size * 14)
    if number % 10 == 0:
        prompt += f" No. {chance.randrange(10**6)}, {chance.randrange(2000, 2030)}-03-17."
    if number % 200 == 0:
        prompt += f" Write to user{number}@example.com."
    return prompt, "" if number % 900 == 0 else completion


def make_table(path: Path, rows: int, prefix: str = "", size: int = 10) -> None:
    """A row has about 36 * `size` letters."""
    chance, known = random.Random(rows), []
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("prompt", "completion"))
        for number in range(rows):
            luck = chance.random()
            if known and luck < 0.05:
                row = chance.choice(known)
            elif known and luck < 0.06:
                prompt, completion = chance.choice(known)
                row = (prompt.replace(" the ", " that ", 1) + " Please.", completion)
            else:
                row = make_row(chance, number, size)
            if len(known) < 2000:
                known.append(row)
            table.writerow((prefix + row[0], row[1]))


class Run(NamedTuple):
    """Of one process: seconds by the clock and of processors, MB at the peak."""

    seconds: float
    processor: float
    megabytes: float


class Failed(Exception):
    """A process that did not end well; its words."""


def timed(command: list[str], folder: Path) -> Run:
    """Raises Failed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    said = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == TIMED_OUT:
        raise Failed(f"not done after {PATIENCE} s")
    if process.returncode:
        raise Failed(f"{' '.join(command)} failed: {said.strip()[-500:]}")
    took = time.perf_counter() - began
    return Run(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def ours(table: Path) -> Run:
    for old in table.parent.glob("ours*.jsonl"):
        old.unlink()
    command = [sys.executable, "-m", "finetune", "prepare", str(table), "-o", "ours.jsonl", "--yes"]
    return timed([*command, "--json"], table.parent)


def old_tool(table: Path) -> Run:
    for old in table.parent.glob("*_prepared*.jsonl"):
        old.unlink()
    command = [
        "timeout",
        str(PATIENCE),
        str(OLD / "bin" / "openai"),
        "tools",
        "fine_tunes.prepare_data",
        "-q",
        "-f",
    ]
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


def several(run: Any, table: Path, times: int) -> dict[str, Any]:
    """Medians, or what went wrong."""
    try:
        runs = [run(table) for _ in range(times)]
    except (Failed, OSError) as error:
        return {"failed": str(error)}
    return {
        name: median(getattr(one, name) for one in runs)
        for name in ("seconds", "processor", "megabytes")
    }


def compared(table: Path, times: int, peer: bool) -> dict[str, Any]:
    """Both tools on one table, and how many times as much the old one needs."""
    new = several(ours, table, times)
    old = several(old_tool, table, times) if peer else {"failed": "could not be installed"}
    both = "failed" not in new and "failed" not in old
    ratios = {name: old[name] / new[name] for name in new} if both else {}
    return {"ours": new, "old": old, "ratios": ratios}


def figures(rows: int, times: int, most: int, folder: Path) -> dict[str, Any]:
    table = folder / "table.csv"
    make_table(table, rows)
    try:
        peer = old_tool_installed()
    except (OSError, subprocess.SubprocessError):
        peer = False
    found: dict[str, Any] = {"rows": rows, "bytes": table.stat().st_size}
    found["whole"] = compared(table, times, peer)
    make_table(table, min(10_000, rows), "Always the same instruction. " * 69)
    found["prefix"] = compared(table, 1, peer)
    found["memory"] = {}
    for size in (10_000, most):
        make_table(table, size, size=2)
        found["memory"][size] = several(ours, table, 1)
    peaks = [one.get("megabytes") for one in found["memory"].values()]
    found["memory_growth"] = peaks[-1] / peaks[0] if all(peaks) else None
    return found


def markdown(found: dict[str, Any]) -> str:
    """The section of the report."""
    memory = [
        (f"{int(size):,}", f"{one.get('seconds', 0):.1f}", f"{one.get('megabytes', 0):.0f}")
        for size, one in found["memory"].items()
    ]
    return "\n".join(
        (
            "`finetune prepare` beside `openai tools fine_tunes.prepare_data`.\n",
            _compared(f"{found['rows']:,} rows, {found['bytes'] / 1e6:.0f} MB", found["whole"]),
            _compared("10,000 rows with a common prefix of 2,000 characters", found["prefix"]),
            table(["rows of 70 characters, ours", "seconds", "peak MB"], memory),
        )
    )


def _compared(title: str, case: dict[str, Any]) -> str:
    rows = []
    for name, figures in (("finetune prepare", case["ours"]), ("openai 2.34", case["old"])):
        took = [f"{figures[each]:.2f}" for each in Run._fields if each in figures]
        rows.append((name, *(took or (figures["failed"], "", ""))))
    if case["ratios"]:
        rows.append(("openai ÷ ours", *(f"{case['ratios'][each]:.1f}" for each in Run._fields)))
    return table([title, "seconds", "of processors", "peak MB"], rows)


def claims(found: dict[str, Any]) -> list[Claim]:
    whole = found["whole"]
    made = [
        Claim(
            f"{what}, {found['rows']:,} rows",
            f"{whole['ours'][name]:.1f} {unit}",
            f"openai 2.34 {whole['old'][name]:.1f} {unit}",
            whole["ours"][name] / whole["old"][name],
        )
        for name, what, unit in (("seconds", "time", "s"), ("megabytes", "peak memory", "MB"))
        if whole["ratios"]
    ]
    growth = found["memory_growth"]
    most = max(map(int, found["memory"]))
    return [*made, *at_most(f"memory, {most:,} rows ÷ 10,000 rows", growth, 1.5, "")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--most", type=int, default=1_000_000, help="rows of the memory case")
    parser.add_argument(
        "--quick", action="store_true", help="30,000 rows, once; 300,000 for memory"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sizes = (30_000, 1, 300_000) if asked.quick else (asked.rows, asked.times, asked.most)
    with tempfile.TemporaryDirectory() as folder:
        found = figures(*sizes, Path(folder))
    say(found, markdown, as_json=asked.json)


if __name__ == "__main__":
    main()
