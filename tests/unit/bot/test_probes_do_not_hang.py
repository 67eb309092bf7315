"""/readyz and /metrics are answered whatever the disk and the database do."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import gauges, health
from bot.gauges import Gauges
from bot.health import Health
from bot.metrics import Metrics

pytestmark = pytest.mark.anyio


class Hangs:
    """A disk, or a database, that answers when it is let."""

    def __init__(self) -> None:
        self.looks, self.let, self.answered = 0, threading.Event(), asyncio.Event()

    def disk(self, *_: object) -> Any:
        self.looks += 1
        self.let.wait(30)
        return []

    async def memory(self, *_: object) -> Any:
        self.looks += 1
        await self.answered.wait()
        raise ConnectionError


class Well:
    async def problems(self) -> list[str]:
        return []

    async def advice(self) -> list[str]:
        return []


@pytest.fixture
def hangs() -> Iterator[Hangs]:
    made = Hangs()
    yield made
    made.let.set()


def scrape(server: Any, tmp_path: Path) -> Gauges:
    async def nothing() -> Any:
        return {}

    none: Any = None
    return Gauges(none, server, nothing, none, none, nothing, tmp_path, Metrics())


async def test_a_disk_that_hangs_is_looked_at_once_and_said(
    hangs: Hangs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(health, "data_dir_problems", hangs.disk)
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    asked = Health(Well(), tmp_path)
    found = await asyncio.gather(*(asked.warnings() for _ in range(60)))
    assert all("DATA_DIR does not answer" in line for [line] in found)
    assert hangs.looks == 1
    hangs.let.set()  # the loop waits for its threads


async def test_a_disk_is_not_written_to_at_every_probe(
    hangs: Hangs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hangs.let.set()
    monkeypatch.setattr(health, "data_dir_problems", hangs.disk)
    asked = Health(Well(), tmp_path)
    for _ in range(10):
        assert await asked.warnings() == []
    assert hangs.looks == 1


async def test_metrics_are_told_while_the_database_and_the_disk_hang(
    hangs: Hangs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gauges.shutil, "disk_usage", hangs.disk)
    for name in ("PATIENCE", "DISK_PATIENCE"):
        monkeypatch.setattr(gauges, name, 0.05)
    asked = scrape(hangs, tmp_path)
    for text in await asyncio.gather(*(asked.text() for _ in range(5))):
        assert b"apprentice_redis_up 0.0" in text
        assert b"apprentice_answers" in text
        assert b"data_dir_free_bytes" not in text
    assert hangs.looks == 2  # one for each of the two
    hangs.answered.set()
    hangs.let.set()


async def test_a_database_that_is_away_is_a_figure(tmp_path: Path) -> None:
    away = Hangs()
    away.answered.set()
    text = await scrape(away, tmp_path).text()
    assert b"apprentice_redis_up 0.0" in text
    assert b"apprentice_data_dir_free_bytes" in text
