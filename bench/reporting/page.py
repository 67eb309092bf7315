"""docs/bench.md: what it ran on, a summary of what is claimed, and a section for each bench."""

import importlib
from pathlib import Path
from typing import Any, NamedTuple

from bench.reporting.claims import Claim, table

MADE = "written by `make bench`"
INTRO = (
    "Every bench compares in one run, on one machine, with a peer: a plain program that does the same "
    "or less, or a public one. Look at the ratios; times belong to the machine. `make bench` runs all "
    "of them anew in under 20 minutes and writes this page.\n"
)
VERDICTS = {True: "✓", False: "✗", None: ""}
Json = dict[str, Any]


class Bench(NamedTuple):
    """`seconds` it takes with --quick on a quiet machine with two cores."""

    title: str
    seconds: float


def page(
    benches: dict[str, Bench], results: dict[str, Json], pictures: Path
) -> tuple[str, list[str]]:
    """The Markdown, and the names of benches whose results could not be told. Draws the pictures."""
    claims: list[tuple[str, Claim]] = []
    sections: list[str] = []
    broken: list[str] = []
    newest = max(results.values(), key=lambda result: str(result["at"]), default={"machine": {}})
    for name, bench in benches.items():
        result = results.get(name)
        text = f"`bench/{name}.py` was not run yet.\n"
        if result is not None:
            try:
                text, claimed = _told(name, result, pictures)
                claims += [(bench.title, claim) for claim in claimed]
            except Exception as error:  # noqa: BLE001 - one bench's section must not hide the others
                text, broken = f"**Could not be told**: {error!r}\n", [*broken, name]
            text += _foot(name, result, newest["machine"])
        sections.append(f"## {bench.title}\n\n{text}")
    head = [f"# Benches\n\n<!-- {MADE} -->\n", INTRO]
    if newest["machine"]:
        head.append(table(["this run", ""], newest["machine"].items(), left=2))
    return "\n".join([*head, "## Summary\n", summary(claims), *sections]), broken


def _told(name: str, result: Json, pictures: Path) -> tuple[str, list[Claim]]:
    if result["found"] is None:
        failed = Claim("runs to its end", "failed", target="runs", met=False)
        return f"**Failed**: {result['failed']}\n", [failed]
    bench = importlib.import_module(f"bench.{name}")
    if hasattr(bench, "draw"):
        bench.draw(result["found"], pictures)
    claims = bench.claims(result["found"]) if hasattr(bench, "claims") else []
    return f"{bench.markdown(result['found']).rstrip()}\n", claims


def _foot(name: str, result: Json, newest: Json) -> str:
    other = {key: value for key, value in result["machine"].items() if newest.get(key) != value}
    elsewhere = "".join(f"; {key}: {value}" for key, value in other.items())
    return (
        f"\n<sub>`bench/{name}.py`, {result['at']} UTC, {result['seconds']:.0f} s; load of the machine "
        f"before it {result['load']}{elsewhere}</sub>\n"
    )


def summary(claims: list[tuple[str, Claim]]) -> str:
    """A row for each claim."""
    if not claims:
        return "Nothing was run yet.\n"
    rows = [
        (
            title,
            claim.what,
            claim.found,
            claim.peer,
            "" if claim.ratio is None else f"{claim.ratio:.2f}",
            claim.target,
            VERDICTS[claim.met],
        )
        for title, claim in claims
    ]
    return table(["bench", "what", "ours", "peer", "ours ÷ peer", "target", "met"], rows, left=2)
