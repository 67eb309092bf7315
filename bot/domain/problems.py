"""Why a run may not start now, in the reader's language: for Slack and the desk."""

from bot.texts import Texts
from finetune import Preview


def problem_lines(preview: Preview, said: Texts) -> list[str]:
    """One line for each reason; what is not known here is given as it is."""
    if not preview.problems:
        return []
    words, lines = said.retrain, []
    if preview.train_rows < preview.min_examples:
        lines.append(
            words.problem_few.format(
                rows=preview.train_rows,
                held_out=preview.validation_rows,
                wanted=preview.min_examples,
            )
        )
    if preview.active_run:
        stage = getattr(said.home, f"run_{preview.active_state}", preview.active_state)
        lines.append(words.problem_active.format(run=f"`{preview.active_run}`", stage=stage))
    if 0 < preview.max_per_day <= preview.started_today:
        lines.append(
            words.problem_limit.format(started=preview.started_today, limit=preview.max_per_day)
        )
    return lines or list(preview.problems)
