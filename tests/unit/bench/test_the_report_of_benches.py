"""`make bench` ends what takes too long, reports what failed, and its page holds every bench."""

import ast
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from bench import report
from bench.reporting import children, page
from bench.reporting.claims import Claim, at_most, table

ROOT = Path(__file__).parents[3]
FILES = {path.stem: path for path in (ROOT / "bench").glob("*.py") if path.stem != "report"}
RESULT: dict[str, Any] = {
    "at": "2026-11-22 10:00",
    "load": 0.1,
    "machine": {"memory": "8 GiB"},
    "found": {"rate": 7},
    "failed": "",
    "seconds": 2.0,
}


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.anyio
async def test_what_a_bench_prints_last_is_what_it_found() -> None:
    lines: list[str] = []
    code = "import sys; print('round 1', file=sys.stderr); print('noise'); print('{\"rate\": 7}')"
    outcome = await children.run(python(code), 60, lines.append)
    assert (outcome.found, outcome.failed, lines) == ({"rate": 7}, "", ["round 1"])


@pytest.mark.anyio
async def test_a_bench_that_fails_says_its_last_words() -> None:
    outcome = await children.run(python("raise SystemExit('no peer')"), 60, lambda _: None)
    assert outcome.found is None
    assert "no peer" in outcome.failed


@pytest.mark.anyio
async def test_a_bench_that_takes_too_long_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "GRACE", 0.2)
    lines: list[str] = []
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "print(child.pid, file=sys.stderr, flush=True)\n"
        "time.sleep(600)"
    )
    outcome = await children.run(python(code), 3, lines.append)
    assert "not done after 3 s" in outcome.failed
    _, alive = psutil.wait_procs([psutil.Process(int(pid)) for pid in lines if _runs(int(pid))], 5)
    assert (len(lines), alive) == (1, [])


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_one_bench_that_failed_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    claimed = [Claim("rate", "7", "plain 14", 0.5, "≥ 5", True)]
    good = SimpleNamespace(
        markdown=lambda found: f"It does {found['rate']}.", claims=lambda _: claimed
    )
    known = {"bench.good": good, "bench.odd": SimpleNamespace(markdown=lambda found: found["gone"])}
    monkeypatch.setattr(page.importlib, "import_module", known.__getitem__)
    benches = {name: page.Bench(name.title(), 1) for name in ("good", "odd", "bad", "new")}
    bad = RESULT | {"found": None, "failed": "exit code 1: no peer"}
    results = {"good": RESULT, "odd": RESULT, "bad": bad}
    text, broken = page.page(benches, results, tmp_path)
    assert broken == ["odd"]
    assert "| Good | rate | 7 | plain 14 | 0.50 | ≥ 5 | ✓ |" in text
    assert "It does 7." in text
    assert "**Could not be told**: KeyError('gone')" in text
    assert "**Failed**: exit code 1: no peer" in text
    assert "`bench/new.py` was not run yet." in text


def test_a_table_keeps_a_bar_out_of_its_cells() -> None:
    assert table(["a|b", "c"], [("x", 1)]) == "| a\\|b | c |\n|:--|--:|\n| x | 1 |\n"


def test_a_claim_is_met_at_its_bound_and_not_by_nothing() -> None:
    met, over, absent = (at_most("p99", value, 50, "ms")[0] for value in (50.0, 50.1, None))
    assert (met.met, over.met, absent.met) == (True, False, False)
    assert at_most("p99", 25.0, 50, "ms", ("plain", 10.0))[0].ratio == 2.5


def test_every_bench_is_run_by_the_report() -> None:
    assert set(report.BENCHES) == set(FILES)


def test_all_of_them_fit_into_twenty_minutes() -> None:
    assert sum(bench.seconds for bench in report.BENCHES.values()) < 20 * 60


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_bench_offers_what_the_report_asks_for(name: str) -> None:
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    taken = {
        alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert {"main", "markdown"} <= made | taken
    assert "--quick" in FILES[name].read_text(encoding="utf-8")


def test_the_page_has_a_section_for_every_bench_and_every_picture_it_shows() -> None:
    text = report.PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Summary", *(bench.title for bench in report.BENCHES.values())]
    shown = re.findall(r"\]\((pictures/[^)]+)\)", text)
    assert [name for name in shown if not (report.PAGE.parent / name).exists()] == []


def test_the_page_is_linked_from_the_readme() -> None:
    assert "docs/bench.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_was_kept_is_written_without_running_anything(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, place in (("PAGE", "bench.md"), ("PICTURES", "pictures"), ("RESULTS", "results")):
        monkeypatch.setattr(report, name, tmp_path / place)
    (tmp_path / "results").mkdir()
    failed = RESULT | {"found": None, "failed": "exit code 1"}
    (tmp_path / "results" / "burst.json").write_text(json.dumps(failed), encoding="utf-8")
    assert report.write() == []
    assert "**Failed**: exit code 1" in (tmp_path / "bench.md").read_text(encoding="utf-8")
