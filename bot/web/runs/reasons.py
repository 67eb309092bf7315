"""Reads the gate's reasons, which are kept in English, into the reader's language.

A sentence that is not known here, as one of an older run, is shown as it was kept.
"""

import re
from collections.abc import Callable

from bot.texts.desk.reasons import ReasonTexts

Found = re.Match[str]
_REFUSED = re.compile(r"the (champion|candidate) refused (\d+) of (\d+) questions(?: \((.*)\))?")
_TEXT = re.compile(r"(\d+) of (\d+) answers are (.+)")
_CORRECTED = re.compile(
    r"(\d+) fixed, (\d+) newly broken of (\d+) corrected questions"
    r"(?: \(p = ([\d.]+)\))?(: too close to call)?"
)
_NO_GAIN = re.compile(
    r"(?:all (\d+) corrected questions were right before|nothing corrected); "
    r"(better on the other questions|no gain to show)"
)
_KEPT = re.compile(
    r"kept (\d+) of (\d+) other right answers \((\d+%)\)"
    r"(?:, (\d+) fixed \(p of being worse = ([\d.]+)\))?"
)
_FLAGGED = re.compile(r"all (\d+) gains rest on examples that were flagged as suspicious")
_VOICE = re.compile(
    r"(\d+) of (\d+) gains rest on one person who is no curator \(more than (\d+)\): .*"
)


def told(reason: str, said: ReasonTexts) -> str:
    """One reason as a sentence."""
    if parts := _both(reason):
        return " ".join(told(part, said) for part in parts)
    readers: tuple[tuple[re.Pattern[str], Callable[[Found, ReasonTexts], str]], ...] = (
        (_REFUSED, _refused),
        (_TEXT, _text),
        (_CORRECTED, _corrected),
        (_NO_GAIN, _no_gain),
        (_KEPT, _kept),
        (_FLAGGED, lambda found, said: said.flagged.format(count=found[1])),
        (
            _VOICE,
            lambda found, said: said.one_voice.format(most=found[1], fixed=found[2], few=found[3]),
        ),
    )
    for pattern, read in readers:
        if found := pattern.fullmatch(reason):
            return read(found, said)
    return reason


def _both(reason: str) -> list[str]:
    """Both models' refusals stand in one reason."""
    one, _, other = reason.partition("; the candidate refused")
    return [one, f"the candidate refused{other}"] if other and one.startswith("the champ") else []


def _refused(found: Found, said: ReasonTexts) -> str:
    text = said.champion_refused if found[1] == "champion" else said.candidate_refused
    return text.format(count=found[2], asked=found[3], why=f" ({found[4]})" if found[4] else "")


def _text(found: Found, said: ReasonTexts) -> str:
    kinds = ", ".join(said.kinds.get(kind, kind) for kind in found[3].split(", "))
    return said.broken_text.format(count=found[1], asked=found[2], kinds=kinds)


def _corrected(found: Found, said: ReasonTexts) -> str:
    text = said.corrected
    if found[4]:
        text = said.corrected_close if found[5] else said.corrected_p
    return text.format(fixed=found[1], broken=found[2], asked=found[3], p=found[4])


def _no_gain(found: Found, said: ReasonTexts) -> str:
    state = said.all_right.format(asked=found[1]) if found[1] else said.none_corrected
    return state + (said.better if found[2].startswith("better") else said.no_gain)


def _kept(found: Found, said: ReasonTexts) -> str:
    text = said.kept_p if found[4] else said.kept
    return text.format(kept=found[1], had=found[2], share=found[3], fixed=found[4], p=found[5])
