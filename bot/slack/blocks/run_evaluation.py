"""What the evaluation of a run found, as a table of three lines with examples below."""

from bot.slack.blocks.parts import code, escape, unmarked
from bot.texts.runs import RunTexts
from finetune import Decision, Report, Verdict

EXAMPLES = 3  # of each kind
SHORT = 160  # characters of a question and of an answer


def evaluation(report: Report, said: RunTexts) -> str:
    """Fixed, kept, broken."""
    passed, asked = report.passed("corrected")
    kept, before = report.kept("held_out", "seen")
    return "\n".join(
        [
            f"*{said.against.format(model=code(report.champion))}*",
            "• "
            + said.corrected.format(passed=passed, asked=asked, fixed=report.fixed("corrected")),
            f"• {said.kept.format(kept=kept, asked=before)}",
            f"• {said.broken.format(broken=report.broken())}",
        ]
    )


def examples(report: Report, said: RunTexts) -> str:
    """A few questions that were fixed, and a few that were broken; empty when there are none."""
    shown = []
    for template, was in ((said.fixed_example, False), (said.broken_example, True)):
        changed = [
            case
            for case in report.cases
            if case.champion_passes is was and case.candidate_passes is not was
        ]
        shown += [
            template.format(
                question=_short(case.question),
                before=_short(case.champion_answer),
                after=_short(case.candidate_answer),
            )
            for case in changed[:EXAMPLES]
        ]
    return "\n".join(shown)


def gate(decision: Decision, said: RunTexts) -> str:
    """The gate's verdict and its reasons."""
    verdict = {
        Verdict.PROMOTE: said.gate_promote,
        Verdict.HOLD: said.gate_hold,
        Verdict.REJECT: said.gate_reject,
    }[decision.verdict]
    reasons = "\n".join(f"• {escape(reason)}" for reason in decision.reasons)
    return f"*{verdict}*\n{reasons}"


def _short(text: str) -> str:
    """One line that can neither mention nor mark up."""
    line = " ".join(unmarked(text).split())
    line = line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"
    return escape(line)
