"""The gate: from an evaluation's report to Promote, Hold or Reject, with reasons and numbers.

Pure. Where ten or more answers differ between the models, an exact McNemar test decides (a few
lines of binomial sums, so no statistics library is needed); where fewer differ, plain counts do.
"""

from collections import Counter
from math import comb

from finetune.evaluation.report import Decision, Report, Verdict

ENOUGH = 10  # differing answers
SIGNIFICANT = 0.05
KEPT = 0.95
FEW = 5  # gains that may rest on one person who is no curator: so many are read before a yes
OTHERS = ("held_out", "seen")


def decide(report: Report) -> Decision:
    """Better on what was corrected, not worse on the rest, and never broken text."""
    findings = (
        _refusals(report),
        _text(report),
        _corrected(report),
        _others(report),
        _voices(report),
    )
    verdicts = {verdict for verdict, _ in findings}
    verdict = next(v for v in (Verdict.REJECT, Verdict.HOLD, Verdict.PROMOTE) if v in verdicts)
    reasons = tuple(reason for _, reason in findings if reason)
    return Decision(verdict=verdict, reasons=reasons, numbers=_numbers(report))


def _refusals(report: Report) -> tuple[Verdict, str]:
    """Says only how much rests on no answer; what it means is decided with the other answers."""
    by = zip(
        ("champion", "candidate"),
        report.refused(),
        (report.champion_refusal, report.candidate_refusal),
        strict=True,
    )
    said = (
        f"the {model} refused {count} of {len(report.cases)} questions"
        + (f" ({why})" if why else "")
        for model, count, why in by
        if count
    )
    return Verdict.PROMOTE, "; ".join(said)


def _text(report: Report) -> tuple[Verdict, str]:
    broken = [case for case in report.cases if case.newly_degenerate]
    if not broken:
        return Verdict.PROMOTE, ""
    kinds = ", ".join(sorted({str(case.degenerate) for case in broken}))
    return Verdict.REJECT, f"{len(broken)} of {len(report.cases)} answers are {kinds}"


def _corrected(report: Report) -> tuple[Verdict, str]:
    """A correction is also a regression test: it is asked of every later model."""
    fixed, broken = report.fixed("corrected"), report.broken("corrected")
    passed, asked = report.passed("corrected")
    counts = f"{fixed} fixed, {broken} newly broken of {asked} corrected questions"
    if not asked or (passed == asked and not fixed):
        return _no_gain_to_show(report, asked)
    if fixed + broken >= ENOUGH:
        p = one_sided(max(fixed, broken), min(fixed, broken))
        counts = f"{counts} (p = {p:.3f})"
        if p >= SIGNIFICANT:
            return Verdict.HOLD, f"{counts}: too close to call"
    return (Verdict.PROMOTE if fixed > broken else Verdict.REJECT), counts


def _no_gain_to_show(report: Report, asked: int) -> tuple[Verdict, str]:
    """Nothing corrected is left to fix: a gain can only show in the other questions."""
    state = f"all {asked} corrected questions were right before" if asked else "nothing corrected"
    if report.fixed(*OTHERS) > report.broken(*OTHERS):
        return Verdict.PROMOTE, f"{state}; better on the other questions"
    return Verdict.HOLD, f"{state}; no gain to show"


def _others(report: Report) -> tuple[Verdict, str]:
    """What was 👍: held-out and trained questions."""
    kept, had = report.kept(*OTHERS)
    fixed, broken = report.fixed(*OTHERS), report.broken(*OTHERS)
    if not had:
        return Verdict.PROMOTE, ""
    counts = f"kept {kept} of {had} other right answers ({kept / had:.0%})"
    enough = kept / had >= KEPT
    if fixed + broken < ENOUGH:
        return (Verdict.PROMOTE if enough else Verdict.REJECT), counts
    p = one_sided(broken, fixed)
    counts = f"{counts}, {fixed} fixed (p of being worse = {p:.3f})"
    if broken > fixed and p < SIGNIFICANT:
        return Verdict.REJECT, counts
    return (Verdict.PROMOTE if enough or fixed >= broken else Verdict.HOLD), counts


def _voices(report: Report) -> tuple[Verdict, str]:
    """No gain is taken from one person's word alone, nor from what was suspicious.

    Corrected questions are asked with the answers that were taught: whoever taught wrong ones would
    otherwise vote for them here too.
    """
    fixed = [case for case in report.cases if case.newly_fixed]
    flagged = sum(1 for case in fixed if case.flagged)
    if fixed and flagged == len(fixed):
        return Verdict.HOLD, f"all {flagged} gains rest on examples that were flagged as suspicious"
    most = _most_of_one(report)
    if most > FEW:
        return Verdict.HOLD, (
            f"{most} of {len(fixed)} gains rest on one person who is no curator "
            f"(more than {FEW}): an admin decides"
        )
    return Verdict.PROMOTE, ""


def _most_of_one(report: Report) -> int:
    voices = Counter(case.voice for case in report.cases if case.newly_fixed and case.voice)
    return max(voices.values(), default=0)


def one_sided(more: int, fewer: int) -> float:
    """Exact McNemar: the chance of at least `more` of all differing answers, were both equal."""
    total = more + fewer
    return float(sum(comb(total, k) for k in range(more, total + 1)) / 2**total)


def _numbers(report: Report) -> dict[str, float | int | None]:
    numbers: dict[str, float | int | None] = {}
    for group in ("corrected", *OTHERS):
        passed, asked = report.passed(group)
        fixed, broken = report.fixed(group), report.broken(group)
        kept, had = report.kept(group)
        tested = fixed + broken >= ENOUGH
        numbers |= {
            f"{group}_asked": asked,
            f"{group}_passed": passed,
            f"{group}_champion_passed": had,
            f"{group}_kept": kept,
            f"{group}_fixed": fixed,
            f"{group}_broken": broken,
            f"{group}_p": one_sided(max(fixed, broken), min(fixed, broken)) if tested else None,
        }
    numbers["fixed_by_one"] = _most_of_one(report)
    numbers["fixed_flagged"] = sum(1 for c in report.cases if c.newly_fixed and c.flagged)
    numbers["champion_refused"], numbers["refused"] = report.refused()
    numbers["degenerate"] = sum(1 for case in report.cases if case.degenerate)
    numbers["champion_degenerate"] = sum(1 for case in report.cases if case.champion_degenerate)
    return numbers
