"""What a large workspace needs of machines, of Slack and of a model's provider: the calculation.

The measured figures are those of the last run of the benches `scale` and `growth` here, else ASSUMED;
the limits are those that docs/scale.md gives the sources of. `needs()` is what that page shows.
"""

import json
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from bench.reporting.claims import table
from bot.sandbox.rate_limits import ALLOWANCES

EVENTS_AN_HOUR = 30_000  # deliveries that Slack makes for one app in one workspace
BUSY = (
    0.6  # of a core that a process shall use at the peak: room for bursts and for one that fell out
)


class Measured(NamedTuple):
    """Of one turn: processor seconds for 1,000 of each kind of process; what Redis is asked, in
    commands (those inside its scripts too) and in reads of its sockets; bytes kept.
    """

    web_s: float
    worker_s: float
    valkey_s: float
    commands: float
    reads: float
    bytes_kept: float


class Workspace(NamedTuple):
    """Who asks how much. `full_hours`: hours at the peak in which a whole day's turns would fit."""

    people: int = 50_000
    turns_a_minute: int = 5_000
    full_hours: float = 4.0
    retention_days: int = 30
    tokens_in: int = 1_500  # of one turn: instruction, history, question
    tokens_out: int = 300


class Limit(NamedTuple):
    """Something that may be done so often a minute, and how often one turn does it."""

    name: str
    a_minute: float
    each_turn: float

    @property
    def turns(self) -> float:
        """Turns a minute that it lets through."""
        return self.a_minute / self.each_turn


# Of runs on two cores of a Xeon at 2.8 GHz, where none was made here.
ASSUMED = Measured(
    web_s=3.1, worker_s=15.9, valkey_s=2.8, commands=110.0, reads=24.0, bytes_kept=3_746.0
)
RESULTS = Path(__file__).resolve().parents[2] / "artifacts/bench"
SPLIT = "1 web + 1 worker"  # of bench/scale.py: the costs of each kind of process
USUAL = "usual"  # of bench/growth_runs/stored.py: a reply of usual length


def measured(results: Path = RESULTS) -> Measured:
    """What the benches found here; what was not measured is assumed."""
    split = _found(results / "scale.json").get(SPLIT, {})
    spent, asked = split.get("cpu_s", {}), split.get("redis", {})
    known = {
        "web_s": spent.get("web"),
        "worker_s": spent.get("worker"),
        "valkey_s": spent.get("valkey"),
        "commands": asked.get("commands"),
        "reads": asked.get("reads"),
        "bytes_kept": next(
            (
                kept
                for what, _, kept in _found(results / "growth.json").get("stored", ())
                if what == USUAL
            ),
            None,
        ),
    }
    return ASSUMED._replace(**{name: each for name, each in known.items() if each is not None})


def _found(file: Path) -> dict[str, Any]:
    """What a bench found; nothing where it was not run, or failed."""
    if not file.exists():
        return {}
    return json.loads(file.read_text(encoding="utf-8"))["found"] or {}


def machines(need: Workspace, found: Measured) -> dict[str, str]:
    """Processes, commands and memory at the peak."""
    rate = need.turns_a_minute / 60
    turns_kept = need.turns_a_minute * 60 * need.full_hours * need.retention_days
    kept = turns_kept * found.bytes_kept / 2**30
    return {
        "turns a second": f"{rate:.0f}",
        "web processes": f"{_processes(rate, found.web_s)}",
        "worker processes": f"{_processes(rate, found.worker_s)}",
        "cores for them": f"{rate * (found.web_s + found.worker_s) / 1000:.1f} busy, "
        f"{_processes(rate, found.web_s) + _processes(rate, found.worker_s)} to have",
        "Redis commands a second, those in scripts too": f"{rate * found.commands:,.0f}",
        "reads of Redis' sockets a second": f"{rate * found.reads:,.0f}",
        "core of Redis": f"{rate * found.valkey_s / 1000:.0%}",
        "turns kept": f"{turns_kept / 1e6:.0f} M",
        "memory of Redis": f"{kept:,.0f} GiB",
        "tokens of the model a minute": f"{_tokens(need) / 1e6:.1f} M",
    }


def _processes(rate: float, seconds: float) -> int:
    return ceil(rate * seconds / 1000 / BUSY)


def _tokens(need: Workspace) -> int:
    return need.turns_a_minute * (need.tokens_in + need.tokens_out)


def limits() -> list[Limit]:
    """Slack's for one app in one workspace, the narrowest first."""
    allowed = {name: each.per_minute for name, each in ALLOWANCES.items()}
    found = [
        Limit("chat.startStream, if every answer is streamed", allowed["chat.startStream"], 1),
        Limit("chat.appendStream, four pieces an answer", allowed["chat.appendStream"], 4),
        Limit("chat.update, where an answer is edited once", allowed["chat.update"], 1),
        Limit("chat.postMessage in one channel", allowed["chat.postMessage"], 1),
        Limit("users.info, if nobody were remembered", allowed["users.info"], 1),
        Limit("assistant.threads.setStatus", allowed["assistant.threads.setStatus"], 1),
        Limit("events, mentions in channels", EVENTS_AN_HOUR / 60, 3),
        Limit("events, direct messages", EVENTS_AN_HOUR / 60, 2),
    ]
    return sorted(found, key=lambda limit: limit.turns)


def backlog(need: Workspace, limit: Limit, minutes: float) -> float:
    """Minutes until the last of a peak of so many minutes is through, at the limit's rate."""
    return max(0.0, minutes * (need.turns_a_minute / limit.turns - 1))


def needs(need: Workspace | None = None, found: Measured | None = None) -> str:
    """Both tables, as Markdown."""
    need = need or Workspace()
    own = table(["at the peak", "needed"], machines(need, found or measured()).items())
    rows = [
        (
            limit.name,
            f"{limit.a_minute:,.0f}",
            f"{limit.each_turn:g}",
            f"{limit.turns:,.0f}",
            f"{limit.turns / need.turns_a_minute:.1%}",
        )
        for limit in limits()
    ]
    head = ["Slack's limit, one app in one workspace", "a minute", "each turn", "turns", "of need"]
    return f"{own}\n{table(head, rows)}"
