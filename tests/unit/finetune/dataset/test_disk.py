"""Files that several threads of one process write at once are whole all the same."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from finetune.dataset import disk


def test_threads_do_not_write_into_each_others_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, target = Barrier(2), tmp_path / "rows"
    written = disk.write_through

    def slowly(path: Path, data: bytes) -> None:
        written(path, data)
        together.wait(timeout=10)

    monkeypatch.setattr(disk, "write_through", slowly)
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(disk.put, target, b"x" * size) for size in (10, 20)]:
            done.result()
    assert len(target.read_bytes()) in (10, 20)
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
