"""Runs in the reader's words: names of people, spans of time, how a run stands in one line."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.ports import Names
from bot.texts.desk.reasons import ReasonTexts
from bot.texts.desk.runs import RunsTexts
from bot.web.runs.reasons import told
from finetune import Run, RunState, Verdict

LONGEST = 160  # characters of an error in a list
_MARKS = re.compile(r":[a-z_]+:\s*|[*`]")
_BADGES = {
    RunState.PROMOTED: "yes",
    RunState.FAILED: "no",
    RunState.AWAITING_APPROVAL: "warn",
    RunState.REJECTED: "",
    RunState.CANCELLED: "",
}


@dataclass(frozen=True)
class People:
    """What the people of some runs are called; whoever is no member is called as they are kept."""

    names: Mapping[str, str]

    def __call__(self, user: str | None) -> str:
        return self.names.get(user or "", user or "")


async def people_of(runs: Iterable[Run], names: Names, team: str) -> People:
    """Asks for each once."""
    users = {
        user
        for run in runs
        for user in (run.requested_by, run.decided_by, run.held_by, run.cancelled_by)
        if user and user[:1] in ("U", "W")
    }
    return People({user: await names.name(team, user) for user in sorted(users)})


@dataclass(frozen=True)
class Wording:
    """One reader's language."""

    said: RunsTexts
    reasons: ReasonTexts
    people: People

    def badge(self, run: Run) -> tuple[str, str]:
        """(kind, words) of how it stands."""
        if not run.ended and run.cancelled_by is not None:
            return "warn", self.said.cancelling
        if not run.ended and run.promoting:
            return "info", self.said.going_live
        if run.held:
            return "", self.said.held
        return _BADGES.get(run.state, "info"), self.said.states[run.state.value]

    def line(self, run: Run) -> str:
        """What was decided, by whom or why; empty while nothing is to be said."""
        said, report = self.said, run.report
        by = self.people(run.cancelled_by or run.decided_by)
        if run.state is RunState.REJECTED and not run.decided_by and report is not None:
            return said.rejected_by_gate.format(fixed=report.fixed(), broken=report.broken())
        if run.waiting and not run.held and report is not None:
            return said.waits.format(fixed=report.fixed(), broken=report.broken())
        if run.held:
            return said.held_by.format(who=self.people(run.held_by))
        if run.state is RunState.FAILED:
            return said.failed.format(error=(run.error or "")[:LONGEST])
        ends = {
            RunState.CANCELLED: said.cancelled_by,
            RunState.PROMOTED: said.promoted_by,
            RunState.REJECTED: said.rejected_by,
        }
        return ends[run.state].format(who=by) if by and run.state in ends else ""

    def told(self, run: Run) -> list[str]:
        """The gate's reasons."""
        if run.decision is None:
            return []
        return [told(reason, self.reasons) for reason in run.decision.reasons]

    def started_by(self, run: Run) -> str:
        """A person, the schedule or the command line."""
        if run.trigger == "schedule":
            return self.said.by_schedule
        return self.people(run.requested_by) or self.said.by_hand

    def span(self, seconds: float) -> str:
        """In the largest two units that fit, as `1 h 5 min`."""
        whole = round(seconds)
        if whole < 60:
            return self.said.seconds.format(count=whole)
        units = ((self.said.days, 86_400), (self.said.hours, 3_600), (self.said.minutes, 60))
        parts: list[tuple[str, int]] = []
        for text, size in units:
            count, whole = divmod(whole, size)
            if count or parts:
                parts.append((text, count))
        return " ".join(text.format(count=count) for text, count in parts[:2] if count)

    def verdict(self, verdict: Verdict) -> str:
        """What the gate says, in words."""
        return self.said.verdicts[verdict.value]


def plain(text: str) -> str:
    """A sentence that was written for Slack, without its marks."""
    return _MARKS.sub("", text)
