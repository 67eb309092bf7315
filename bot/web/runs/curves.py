"""Loss and token accuracy of a run, by step, from the events of its job."""

from markupsafe import Markup

from bot.domain.progress import HELD_OUT, HELD_OUT_RIGHT, TRAIN, TRAIN_RIGHT, Points, points
from bot.texts.desk.runs import RunsTexts
from bot.texts.desk.shell import ShellTexts
from bot.web.charts import Series, Words, line_chart
from finetune import Run


def curves(run: Run, said: RunsTexts, words: ShellTexts) -> list[Markup]:
    """What the provider has told of: both, one, or none."""
    charts = []
    for title, learnt, held_out, percent in (
        (said.loss, TRAIN, HELD_OUT, False),
        (said.accuracy, TRAIN_RIGHT, HELD_OUT_RIGHT, True),
    ):
        lines = [
            Series(name, _line(points(run.events, names)), colour, dashed=colour == 2)
            for colour, (name, names) in enumerate(
                ((said.training, learnt), (said.held_out, held_out)), 1
            )
        ]
        shown = [line for line in lines if line.points]
        if shown:
            around = Words(title, said.step, words.numbers)
            charts.append(line_chart(around, shown, percent=percent))
    return charts


def _line(found: Points) -> list[tuple[float, float | None]]:
    """Steps ascending; of a step that was reported twice, as after a restart, the last value."""
    return sorted(dict(zip(*found, strict=True)).items())
