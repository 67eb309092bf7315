"""The bench of turns in words: tables on a terminal and in Markdown, claims, and a plot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from bench.reporting.claims import Claim, at_most, table
from bench.reporting.pictures import save

Json = dict[str, Any]
OURS = "ours"
SUSTAINED = 25  # turns a second
TIMES = {
    "ack": "Slack has its 200",
    "asked": "delivery → model is asked",
    "shown": "model's first piece → first visible text",
}
PARTS = {"fast": "25 turns/s, 500 turns", "slow": "2 turns/s"}
FIGURES: dict[str, Callable[[Json], float | None]] = {
    **{
        f"{label}, {point}, ms": lambda part, name=name, point=point: part[name][point]
        for name, label in TIMES.items()
        for point in ("p50", "p99")
    },
    "CPU for 1,000 turns, with the database, s": lambda part: (
        part["cpu_s"] + part["database_cpu_s"]
    ),
    "of that the database, s": lambda part: part["database_cpu_s"],
    "peak memory, MiB": lambda part: part["memory_mib"],
    "memory of the database, MiB": lambda part: part["database_mib"],
    "calls of Slack's API for a turn": lambda part: part["slack_calls"],
}
FATES = ("once", "missing", "doubled", "mangled", "besides", "refused")
WORST = ("world_share", "load_share", "load_late_ms")  # of which the greatest counts
Rows = list[list[str]]


def tables(found: Json) -> dict[str, tuple[list[str], Rows]]:
    """By title: the head and the rows."""
    who: Json = found["contenders"]
    others = [name for name in who if name != OURS] if OURS in who else []
    made = {}
    for part, title in PARTS.items():
        if all(part in each for each in who.values()):
            head = ["", *who, *(f"ours ÷ {name}" for name in others)]
            made[title] = head, _figures({name: each[part] for name, each in who.items()}, others)
    rows = [
        [label, *(cell(each[part]) if part in each else "" for each in who.values())]
        for part, label, cell in (
            ("fast", "25 turns/s", _fate),
            ("twice", "every delivery twice", _fate),
            ("killed", "killed every 3 s", _fate),
            ("highest", "highest rate kept up, turns/s", _rate),
        )
        if any(part in each for each in who.values())
    ]
    made["What became of the questions"] = ["", *who], rows
    return made


def _figures(parts: dict[str, Json], others: list[str]) -> Rows:
    rows = []
    for label, figure in FIGURES.items():
        values = {name: figure(part) for name, part in parts.items()}
        ratios = [_ratio(values.get(OURS), values[name]) for name in others]
        rows.append([label, *(_number(value) for value in values.values()), *ratios])
    return rows


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:,.1f}".removesuffix(".0")


def _ratio(ours: float | None, other: float | None) -> str:
    return f"{ours / other:.2f}" if ours is not None and other else ""


def _fate(part: Json) -> str:
    """Only what there was."""
    return ", ".join(f"{part[name]:g} {name}" for name in FATES if part.get(name))


def _rate(part: Json) -> str:
    return f"{part['rate']:g} ({part['limit']})"


def markdown(found: Json) -> str:
    """The section of the report."""
    intro = (
        "A question through the bot as it is deployed (one process, its own Valkey), through an "
        f"aiohttp handler that keeps nothing, and through the Slack interface of agno {found['agno']} as "
        "its documentation sets it up, without a database: its fastest. Slack and the model are stand-ins on loopback: "
        "50 ms until the model's first piece, then 59 more every 5 ms. Medians of "
        f"{found['repeats']} rounds in one run, contenders in turn; of what became of questions the sums.\n"
    )
    parts = [intro]
    for title, (head, rows) in tables(found).items():
        parts += [f"### {title}\n", table(head, rows)]
    parts.append(
        "*refused*: not acknowledged in four tries, which come within 20 s here and within six minutes "
        "from Slack, which gives it up then; all others are counted of those that were acknowledged. "
        "*besides*: messages that answer nothing, such as apologies. *missing*: not there a minute after "
        "the last delivery (where nothing is kept: seconds, as nothing brings it back).\n"
    )
    if any("fast" in each for each in found["contenders"].values()):
        parts += [_foot(found), "![how the times are distributed](pictures/bench/turns.svg)\n"]
    return "\n".join(parts)


def _foot(found: Json) -> str:
    fast = [each["fast"] for each in found["contenders"].values() if "fast" in each]
    world, load = (max(each[name] for each in fast) for name in ("world_share", "load_share"))
    late = max(each["load_late_ms"] for each in fast)
    return (
        "The bench runs on the same cores as what it measures: at 25 turns/s the stand-ins take up to "
        f"{world:.0%} and the load up to {load:.0%} of one core, and no delivery was sent more than "
        f"{late:.0f} ms behind its plan. Times are of one monotonic clock that all processes share.\n"
    )


def claims(found: Json) -> list[Claim]:
    """What is aimed at, beside each other contender."""
    who: Json = found["contenders"]
    if "fast" not in who.get(OURS, {}):
        return []
    peers = [name for name in who if name != OURS and "fast" in who[name]]
    made: list[Claim] = []
    for what, name, point, most in (
        ("Slack has its 200, p99", "ack", "p99", 50),
        ("delivery → model is asked, p50", "asked", "p50", 10),
        ("delivery → model is asked, p99", "asked", "p99", 50),
        ("model's first piece → first visible text, p50", "shown", "p50", 25),
    ):
        beside = [(each, who[each]["fast"][name][point]) for each in peers]
        made += at_most(f"25 turns/s: {what}", who[OURS]["fast"][name][point], most, "ms", *beside)
    label = "CPU for 1,000 turns, with the database, s"
    spent = {each: FIGURES[label](who[each]["fast"]) for each in (OURS, *peers)}
    beside = [(each, spent[each]) for each in peers]
    made += at_most("25 turns/s: CPU for 1,000 turns", spent[OURS], 30, "s", *beside)
    return [*made, *_safe(who[OURS]), *_rates(who, peers)]


def _safe(ours: Json) -> list[Claim]:
    """What was acknowledged is answered exactly once; while it is up, everything is acknowledged."""
    labels = {"fast": "25 turns/s", "twice": "every delivery twice", "killed": "killed every 3 s"}
    made = []
    for part, label in labels.items():
        if part in ours:
            fate = {name: number for name, number in ours[part].items() if name in FATES}
            refused = fate.pop("refused", 0) if part == "killed" else 0
            exact = not any(number for name, number in fate.items() if name != "once")
            what = f"{label}: what was acknowledged is answered once"
            made.append(Claim(what, _fate(fate), target="all", met=exact))
            if part == "killed":
                made.append(Claim(f"{label}: refused, so given up by Slack", f"{refused:g}"))
    return made


def _rates(who: Json, peers: list[str]) -> list[Claim]:
    if "highest" not in who[OURS]:
        return []
    rate, label = who[OURS]["highest"]["rate"], "highest rate of one process"
    others = {each: who[each]["highest"]["rate"] for each in peers if "highest" in who[each]}
    aim, met = f"≥ {SUSTAINED:g} turns/s", rate >= SUSTAINED
    return [
        Claim(
            label,
            f"{rate:g} turns/s",
            f"{each} {other:g}",
            rate / other if other else None,
            aim,
            met,
        )
        for each, other in others.items()
    ]


def draw(found: Json, folder: Path) -> None:
    """turns.svg: the share of turns that had it within so many milliseconds."""
    figure = Figure(figsize=(12, 4), layout="constrained")
    for axes, (name, label) in zip(figure.subplots(1, 3, sharey=True), TIMES.items(), strict=True):
        for contender, parts in found["contenders"].items():
            curve = parts.get("fast", {}).get(f"{name}_curve") or []
            if curve:
                axes.semilogx(
                    [max(each, 0.1) for each in curve], range(len(curve)), label=contender
                )
        axes.set_xlabel(f"{label}, ms")
        axes.grid(visible=True, alpha=0.3)
    figure.axes[0].set_ylabel("% of turns at 25 turns/s")
    figure.axes[0].legend()
    save(figure, folder / "turns.svg")
