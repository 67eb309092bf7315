"""Loss and accuracy curves as a PNG, by matplotlib's `Figure` without any display."""

from pathlib import Path
from typing import Any

from finetune.errors import InputError
from finetune.files import written
from finetune.jobs.results import ACCURACIES, LOSSES, Curve, Results

FEW = 60  # points that are marked one by one


def save(results: Results, path: Path, title: str) -> None:
    """Write `path`. Raises InputError without matplotlib, without curves, or when it exists."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError(
            "matplotlib is not installed; --plot needs: pip install 'apprentice[toolkit]'"
        ) from None
    groups = [("loss", results.curves(LOSSES)), ("accuracy", results.curves(ACCURACIES))]
    groups = [(name, curves) for name, curves in groups if curves]
    if not groups:
        raise InputError("the results hold neither a loss nor an accuracy to draw")
    figure = Figure(figsize=(7, 3.2 * len(groups)), layout="constrained")
    for axes, (name, curves) in zip(
        figure.subplots(len(groups), squeeze=False)[:, 0], groups, strict=True
    ):
        _draw(axes, name, curves)
    figure.suptitle(title.encode("ascii", "replace").decode())  # its fonts know ASCII everywhere
    with written(path) as file:
        figure.savefig(file, format="png", dpi=120)


def _draw(axes: Any, name: str, curves: list[Curve]) -> None:
    for curve in curves:
        sparse = len(curve.steps) <= FEW
        axes.plot(curve.steps, curve.values, label=curve.name, marker="." if sparse else None)
    axes.set_xlabel("step")
    axes.set_ylabel(name)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
