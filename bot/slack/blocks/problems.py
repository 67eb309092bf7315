"""Why a run may not start now, in the reader's language."""

from bot.domain import problems
from bot.slack.blocks.parts import escape
from bot.texts import Texts
from finetune import Preview


def problem_lines(preview: Preview, said: Texts) -> list[str]:
    """One line for each reason, as text that marks nothing up."""
    return [escape(line) for line in problems.problem_lines(preview, said)]


def skip_reason(preview: Preview, wanted: int, said: Texts) -> str | None:
    """Why a scheduled run is not started; None when it may be. `wanted`: new examples."""
    words = said.runs
    if preview.active_run:
        return words.skipped_active.format(run=f"`{preview.active_run}`")
    if preview.max_per_day <= preview.started_today:
        return words.skipped_limit.format(started=preview.started_today, limit=preview.max_per_day)
    if preview.new_since_last_run < wanted or not preview.new_since_last_run:
        return words.skipped_new.format(new=preview.new_since_last_run, wanted=max(1, wanted))
    if preview.train_rows < preview.min_examples:
        return words.skipped_few.format(rows=preview.train_rows, wanted=preview.min_examples)
    return words.skipped_other if preview.problems else None
