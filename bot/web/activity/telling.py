"""Entries of the audit log as lines of the screen. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.texts.desk.activity import ActivityTexts
from bot.web.formats import number
from finetune import Action, Example, Recorded

EXAMPLES = {Action.APPROVED, Action.REJECTED, Action.EDITED, Action.REOPENED}
ROWS = {Action.IMPORTED, Action.EXPORTED}
LOOKS = {  # an icon, and the tone of its badge
    Action.APPROVED: ("check", "yes"),
    Action.REJECTED: ("cross", "no"),
    Action.EDITED: ("pencil", "info"),
    Action.REOPENED: ("undo", "warn"),
    Action.IMPORTED: ("upload", "quiet"),
    Action.EXPORTED: ("download", "quiet"),
    Action.DOWNLOADED: ("download", "quiet"),
    Action.RUN_PLANNED: ("runs", "info"),
    Action.RUN_PROMOTED: ("check", "yes"),
    Action.RUN_HELD: ("runs", "warn"),
    Action.RUN_DECLINED: ("cross", "no"),
    Action.RUN_CANCELLED: ("cross", "no"),
    Action.WENT_LIVE: ("models", "yes"),
    Action.ROLLED_BACK: ("undo", "warn"),
}


@dataclass(frozen=True)
class Line:
    """One entry: `before` and `after` stand around who did it; `note` is in people's own words."""

    at: float
    who: str
    before: str
    after: str
    icon: str
    tone: str
    about: str
    link: str
    text: str
    note: str
    facts: str


def lines(
    entries: Iterable[Recorded],
    names: Mapping[str, str],
    examples: Mapping[str, Example],
    t: ActivityTexts,
) -> list[Line]:
    """In their order; what a later version of the bot wrote and this one does not know is left out."""
    known = [one for one in entries if one.action in t.did]
    return [_line(one, names, examples.get(one.about), t) for one in known]


def asked_for(entries: Iterable[Recorded]) -> list[str]:
    """Ids of the examples that the entries are about, each once."""
    return list(dict.fromkeys(one.about for one in entries if one.action in EXAMPLES))


def _line(
    entry: Recorded, names: Mapping[str, str], example: Example | None, t: ActivityTexts
) -> Line:
    sentence = t.did[entry.action] if entry.by else t.alone.get(entry.action, t.did[entry.action])
    before, _, after = sentence.partition("{who}")
    icon, tone = LOOKS[Action(entry.action)]
    reason = str(entry.detail.get("reason", ""))
    gone = entry.action in EXAMPLES and example is None
    return Line(
        at=entry.at,
        who=t.named.format(name=names.get(entry.by, entry.by)) if entry.by else "",
        before=before,
        after=after,
        icon=icon,
        tone=tone,
        about=entry.about,
        link="" if gone else _link(entry),
        text=t.gone if gone else "" if example is None else example.question or example.answer,
        note=t.reason.format(reason=reason) if reason else "",
        facts=_facts(entry, t),
    )


def _link(entry: Recorded) -> str:
    """The screen of what it is about; nothing where there is none."""
    about = quote(entry.about, safe="")
    if not about or entry.action in ROWS:
        return ""
    if entry.action in EXAMPLES:
        return f"/curate/dataset/{about}"
    place = "snapshots" if entry.action == Action.DOWNLOADED else "runs"
    return f"/curate/{place}/{about}"


def _facts(entry: Recorded, t: ActivityTexts) -> str:
    detail = entry.detail
    told = []
    if "left" in detail:
        told.append(t.from_model.format(left=detail["left"], model=detail.get("model", "")))
    elif "model" in detail:
        told.append(str(detail["model"]))
    if "rows" in detail:
        told.append(t.rows.format(rows=number(int(detail["rows"]))))
    if "format" in detail:
        told.append(str(detail["format"]))
    if trigger := t.triggers.get(str(detail.get("trigger", ""))):
        told.append(trigger)
    return " · ".join(told)
