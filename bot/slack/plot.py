"""The losses of a run as a picture, by matplotlib's `Figure` without any display.

Drawn by a worker when the training is over; matplotlib is loaded then, and only then. Labels are
ASCII: its own fonts know nothing else for certain.
"""

import io

from bot.domain.progress import HELD_OUT, TRAIN, points
from finetune import Run

WIDTH, HEIGHT, DPI = 7.0, 3.5, 150  # inches; Slack shows some 500 pixels of the 1,050
FEW = 60  # points that are marked one by one


def loss_plot(run: Run) -> bytes | None:
    """A PNG; None without matplotlib, or with fewer than two losses. Slow: call it in a thread."""
    train, held_out = points(run.events, TRAIN), points(run.events, HELD_OUT)
    if len(train[0]) < 2:
        return None
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    axes = figure.subplots()
    for (steps, losses), label in ((train, "training"), (held_out, "held out")):
        if steps:
            sparse = len(steps) <= FEW
            axes.plot(steps, losses, label=label, linewidth=2, marker="o" if sparse else None)
    if min(train[1]) > 0 and max(train[1]) / min(train[1]) > 20:
        axes.set_yscale("log")
    axes.set_xlabel("step", fontsize=12)
    axes.set_ylabel("loss", fontsize=12)
    axes.set_title(f"{run.run_id}  loss".encode("ascii", "replace").decode(), fontsize=12)
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=12)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return file.getvalue()
