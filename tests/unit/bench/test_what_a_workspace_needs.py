"""What a large workspace needs is calculated from what the benches found here, where they were run."""

import json
from pathlib import Path

from bench.scale_runs import needs
from bench.scale_runs.needs import ASSUMED, Measured, Workspace, limits, machines, measured


def write(folder: Path, name: str, found: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"found": found}), encoding="utf-8")


def test_without_a_run_figures_are_assumed(tmp_path: Path) -> None:
    assert measured(tmp_path) == ASSUMED
    write(tmp_path, "scale", None)  # it failed
    assert measured(tmp_path) == ASSUMED


def test_what_was_measured_takes_the_place_of_what_is_assumed(tmp_path: Path) -> None:
    split = {
        "cpu_s": {"web": 2.0, "worker": 10.0, "valkey": 1.5},
        "redis": {"commands": 50.0, "reads": 20.0},
    }
    write(tmp_path, "scale", {needs.SPLIT: split})
    assert measured(tmp_path) == Measured(2.0, 10.0, 1.5, 50.0, 20.0, ASSUMED.bytes_kept)
    write(tmp_path, "growth", {"stored": [["short", 900, 1500], ["usual", 3000, 4000]]})
    assert measured(tmp_path).bytes_kept == 4000


def test_processes_have_room_for_one_that_falls_out() -> None:
    need = Workspace(turns_a_minute=6_000, full_hours=1, retention_days=10)
    rows = machines(need, Measured(3.0, 12.0, 2.0, 40.0, 20.0, 2**30 / 3_600_000))
    assert rows["web processes"] == "1"  # 0.3 of a core
    assert rows["worker processes"] == "2"  # 1.2 cores, at 60 % each
    assert rows["memory of Redis"] == "1 GiB"


def test_streams_are_the_narrowest_and_then_come_posts_and_events() -> None:
    names = [limit.name.split(",")[0].split(" in ")[0] for limit in limits()]
    narrow = ["chat.startStream", "chat.appendStream", "chat.update", "chat.postMessage"]
    assert names[:4] == narrow
    assert names.index("events") > names.index("chat.postMessage")
