"""Which snapshots are a workspace's own."""

from finetune import Run
from finetune.training.used import used_snapshots


def run(run_id: str, snapshot_id: str | None, at: float) -> Run:
    return Run(
        run_id=run_id, snapshot_id=snapshot_id, created_at=at, updated_at=at, base_model="base"
    )


def test_a_snapshot_stands_where_its_newest_run_does_and_names_all_of_them() -> None:
    runs = [run("r4", "one", 4.0), run("r3", None, 3.0), run("r2", "two", 2.0), run("r1", "one", 1)]
    found = [(each.snapshot_id, [one.run_id for one in each.runs]) for each in used_snapshots(runs)]
    assert found == [("one", ["r4", "r1"]), ("two", ["r2"])]
