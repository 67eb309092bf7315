"""The questions of an evaluation, sorted by what became of them. Pure, and quick for 10,000."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from finetune import CaseResult, Report

Tab = Literal["fixed", "broken", "wrong", "kept"]
Group = Literal["corrected", "held_out", "seen"]
TABS: tuple[Tab, ...] = get_args(Tab)
GROUPS: tuple[Group, ...] = get_args(Group)
PAGE = 20  # questions


@dataclass(frozen=True)
class Counts:
    """Of one kind of question, both models beside each other; `p`: where enough differ."""

    group: Group
    asked: int
    before: int
    now: int
    fixed: int
    broken: int
    p: float | None


@dataclass(frozen=True)
class Cases:
    """One page of one tab. `first` counts from 1, `total` all of the tab and the kind chosen."""

    tab: Tab
    group: Group | None
    shown: Sequence[CaseResult]
    first: int
    total: int
    page: int
    pages: int


def tab_of(case: CaseResult) -> Tab:
    """Where a question belongs."""
    if case.candidate_passes:
        return "kept" if case.champion_passes else "fixed"
    return "broken" if case.champion_passes else "wrong"


def sizes(report: Report, group: Group | None) -> dict[Tab, int]:
    """How many questions each tab has."""
    found = dict.fromkeys(TABS, 0)
    for case in report.cases:
        if group is None or case.group == group:
            found[tab_of(case)] += 1
    return found


def cases(report: Report, tab: Tab, group: Group | None, page: int) -> Cases:
    """The page, from 1; beyond the last one: the last one."""
    found = [c for c in report.cases if tab_of(c) == tab and group in (None, c.group)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(page, pages)
    start = (page - 1) * PAGE
    return Cases(
        tab, group, found[start : start + PAGE], min(start + 1, len(found)), len(found), page, pages
    )


def opening(found: dict[Tab, int]) -> Tab:
    """What to look at first: what became worse, else what became better, else what is there."""
    wanted: tuple[Tab, ...] = ("broken", "fixed", "wrong", "kept")
    return next((tab for tab in wanted if found[tab]), "fixed")


def counted(report: Report, numbers: dict[str, float | int | None]) -> Sequence[Counts]:
    """A line for each kind that was asked; `numbers` are what the gate kept."""
    lines = []
    for group in GROUPS:
        passed, asked = report.passed(group)
        if asked:
            before = report.kept(group)[1]
            fixed, broken = report.fixed(group), report.broken(group)
            p = numbers.get(f"{group}_p")
            lines.append(Counts(group, asked, before, passed, fixed, broken, p))
    return lines
