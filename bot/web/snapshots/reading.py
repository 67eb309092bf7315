"""What the list and the page of one snapshot show."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from bot.web.snapshots.checks import Checks
from bot.web.snapshots.shelf import frozen, own, shelf, shelved
from bot.web.snapshots.veil import shown
from finetune import CheckedFile, Source
from finetune.bootstrap import Workspace

LISTED = 20  # snapshots on a page
PAGE = 25  # rows on a page
FILES = ("train.jsonl", "validation.jsonl", "manifest.json")
SideChosen = Literal["", "train", "validation"]


class Asked(NamedTuple):
    """Which rows of a snapshot are wanted."""

    text: str = ""
    side: SideChosen = ""
    offset: int = 0


async def listed(workspace: Workspace, offset: int) -> dict[str, Any]:
    """A page of the list; each also with the one taken before it."""
    everything = await shelf(workspace)
    some = await shelved(workspace, everything[offset : offset + LISTED + 1])
    ids = [each.snapshot_id for each in some]
    return {
        "snapshots": some[:LISTED],
        "earlier": dict(pairwise(ids)),
        "choices": [(each.snapshot_id, each.runs[-1].created_at) for each in everything],
        "champion": await workspace.registry.champion(),
        "before": address("/curate/snapshots", offset=offset - LISTED) if offset else None,
        "after": address("/curate/snapshots", offset=offset + LISTED)
        if len(some) > LISTED
        else None,
    }


async def one(
    workspace: Workspace, checks: Checks, snapshot_id: str, asked: Asked
) -> dict[str, Any]:
    """All of its page. Raises Refused where it is no snapshot of this workspace."""
    used = await own(workspace, snapshot_id)
    kept = await frozen(workspace, snapshot_id)
    [shelved_one] = await shelved(workspace, [used])
    text = "" if shelved_one.stale else asked.text
    ids = await asyncio.to_thread(kept.search, text, asked.side or None)
    rows = await shown(workspace, snapshot_id, ids[asked.offset : asked.offset + PAGE])
    model = shelved_one.totals.model if shelved_one.totals else ""
    file = workspace.snapshots.path(snapshot_id, "train.jsonl")
    done, report = await checks.of(file, model)
    return {
        "snapshot": shelved_one,
        "champion": await workspace.registry.champion(),
        "sources": _sources(kept.places.values()),
        "checked": done,
        "report": report,
        "warnings": _by_weight(report),
        "files": [] if shelved_one.stale else await asyncio.to_thread(_files, workspace, used[0]),
        "rows": list(rows.values()),
        "asked": asked._replace(text=text),
        "found": len(ids),
        **paged(f"/curate/snapshots/{snapshot_id}", asked.offset, len(ids), _query(asked)),
    }


def paged(path: str, offset: int, total: int, query: dict[str, str]) -> dict[str, Any]:
    """Where one is, and where to go from here; the rows begin at #rows."""
    last = min(offset + PAGE, total)
    return {
        "first": min(offset + 1, total),
        "last": last,
        "before": address(path, "rows", **query, offset=max(0, offset - PAGE)) if offset else None,
        "after": address(path, "rows", **query, offset=last) if last < total else None,
    }


def address(path: str, place: str = "", **query: str | int) -> str:
    """A path with a query of what is not empty."""
    said = urlencode({name: value for name, value in query.items() if value})
    return path + (f"?{said}" if said else "") + (f"#{place}" if place else "")


def _query(asked: Asked) -> dict[str, str]:
    return {"text": asked.text, "side": asked.side}


def _sources(places: Any) -> Sequence[tuple[str, int]]:
    counts = dict.fromkeys(Source, 0)
    for place in places:
        counts[place.source] += 1
    return sorted(
        ((source.value, count) for source, count in counts.items() if count),
        key=lambda each: -each[1],
    )


def _by_weight(report: CheckedFile | None) -> Sequence[Any]:
    """What is about the rows first, then what is about the file as a whole."""
    return sorted(report.warnings, key=lambda each: not each.lines) if report else ()


def _files(workspace: Workspace, snapshot_id: str) -> list[tuple[str, int]]:
    found = []
    for name in FILES:
        path = workspace.snapshots.path(snapshot_id, name)
        if path.exists():
            found.append((name, path.stat().st_size))
    return found
