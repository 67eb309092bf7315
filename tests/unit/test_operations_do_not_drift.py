"""Alerts, dashboard and docs/operate.md speak of the metrics that there are, and of all of them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.load import MemoryState, QueueState
from bot.gauges import Gauges
from bot.metrics import Metrics, Outcome, Part
from finetune import RunState

HERE = Path(__file__).parents[2] / "docs"
PAGE = (HERE / "operate.md").read_text(encoding="utf-8")
RULES: list[dict[str, Any]] = yaml.safe_load((HERE / "operate" / "alerts.yaml").read_text())[
    "groups"
][0]["rules"]
DASHBOARD: dict[str, Any] = json.loads((HERE / "operate" / "dashboard.json").read_text())
QUERIES = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())
]
pytestmark = pytest.mark.anyio


class Still:
    """A service in which nothing happens, with one workspace."""

    async def state(self) -> QueueState:
        return QueueState(0, 0, 0, 0.0)

    async def memory(self) -> MemoryState:
        return MemoryState(1, 0)

    async def teams(self) -> list[str]:
        return []

    async def put_aside(self) -> dict[str, int]:
        return {}


async def scraped(tmp_path: Path) -> dict[str, str]:
    """Every metric by its name, with its type."""
    still = Still()
    gauges = Gauges(
        queue=still,
        server=still,
        teams=still.teams,
        dataset_of=lambda _: pytest.fail("no workspace"),
        runs_of=lambda _: pytest.fail("no workspace"),
        put_aside=still.put_aside,
        data_dir=tmp_path,
        metrics=Metrics(),
    )
    text = (await gauges.text()).decode()
    return dict(re.findall(r"(?m)^# TYPE (\S+) (\S+)$", text))


async def test_every_query_asks_for_a_metric_that_there_is(tmp_path: Path) -> None:
    known = await scraped(tmp_path)
    asked = set(re.findall(r"\b(?:apprentice|process)_\w+", " ".join(QUERIES)))
    assert len(asked) > 10
    assert {re.sub(r"_(bucket|sum|count)$", "", name) for name in asked} <= set(known)


async def test_every_metric_of_ours_is_explained(tmp_path: Path) -> None:
    ours = {
        name
        for name in await scraped(tmp_path)
        if name.startswith("apprentice_") and not name.endswith("_created")
    }
    assert {name for name in ours if f"`{name}" not in PAGE} == set()


def test_every_alert_has_its_chapter_and_every_chapter_its_alert() -> None:
    assert re.findall(r"(?m)^### (\S+)$", PAGE) == [rule["alert"] for rule in RULES]


def test_queries_name_the_labels_that_there_are() -> None:
    named = {
        "part": {part.value for part in Part},
        "outcome": {outcome.value for outcome in Outcome},
        "stage": {state.value for state in RunState},
    }
    for label, values in named.items():
        asked = re.findall(rf'{label}=~?"([^"]+)"', " ".join(QUERIES))
        assert asked
        assert {value for each in asked for value in each.split("|")} <= values


def test_the_panels_of_the_dashboard_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
