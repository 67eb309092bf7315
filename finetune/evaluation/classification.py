"""How well a model classifies: accuracy, precision, recall, F1, AUROC, AUPRC, confusion, ROC plot.

Computed by scikit-learn, an extra. An answer that names no class counts as wrong, as `(other)`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from finetune.dataset.example import Frozen
from finetune.errors import InputError
from finetune.files import written

OTHER = "(other)"


class Labelled(NamedTuple):
    """One case: the class that is wanted, the one answered, and how likely each class was."""

    wanted: str
    answered: str | None
    chances: tuple[float, ...] | None


class Confusion(Frozen):
    """`matrix[i][j]`: cases of class `labels[i]` that were answered as `labels[j]`."""

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]


class Classification(Frozen):
    """Of two classes those of `positive`; of more, the plain mean over the classes (macro).

    `auroc` and `auprc` are None without log-probabilities for every case, or where only one class
    is wanted.
    """

    classes: tuple[str, ...]
    positive: str | None
    n: int
    accuracy: float
    precision: float
    recall: float
    f1: float
    auroc: float | None
    auprc: float | None
    confusion: Confusion
    other: int  # answers that name no class


def classification(
    cases: Sequence[Labelled], classes: Sequence[str], positive: str | None
) -> Classification:
    """The figures of one model. Raises InputError when scikit-learn is not installed."""
    metrics = _sklearn()
    wanted = [case.wanted for case in cases]
    answered = [case.answered or OTHER for case in cases]
    if positive is not None:  # an answer that names no class is not the positive one
        right = [name == positive for name in wanted]
        said = [name == positive for name in answered]
        found = metrics.precision_recall_fscore_support(
            right, said, average="binary", zero_division=0
        )
    else:
        found = metrics.precision_recall_fscore_support(
            wanted, answered, labels=list(classes), zero_division=0, average="macro"
        )
    other = answered.count(OTHER)
    labels = [*classes, *([OTHER] if other else [])]
    matrix = metrics.confusion_matrix(wanted, answered, labels=labels)
    auroc, auprc = _curves(metrics, cases, classes, positive)
    return Classification(
        classes=tuple(classes),
        positive=positive,
        n=len(cases),
        accuracy=float(metrics.accuracy_score(wanted, answered)),
        precision=float(found[0]),
        recall=float(found[1]),
        f1=float(found[2]),
        auroc=auroc,
        auprc=auprc,
        confusion=Confusion(
            labels=tuple(labels), matrix=tuple(tuple(map(int, row)) for row in matrix)
        ),
        other=other,
    )


def scores(
    cases: Sequence[Labelled], classes: Sequence[str], name: str
) -> tuple[list[bool], list[float]] | None:
    """Whether each case is of class `name`, and how likely the model found that."""
    place = list(classes).index(name)
    found = [case.chances[place] for case in cases if case.chances is not None]
    right = [case.wanted == name for case in cases]
    if len(found) < len(cases) or not any(right) or all(right):
        return None
    return right, found


def plot(
    path: Path, models: Sequence[tuple[str, Sequence[Labelled]]], classes: Sequence[str],
    positive: str | None,
) -> None:  # fmt: skip
    """The ROC curve of each model (of each class against the rest, where there are more than two).

    Raises InputError: matplotlib is missing, no log-probabilities, the file exists.
    """
    metrics = _sklearn()
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError(
            "matplotlib is not installed; --plot needs: pip install 'apprentice[toolkit]'"
        ) from None
    figure = Figure(figsize=(6, 6), layout="constrained")
    axes = figure.add_subplot()
    drawn = 0
    for model, cases in models:
        for name in classes if positive is None else (positive,):
            if (found := scores(cases, classes, name)) is not None:
                wrong, right, _ = metrics.roc_curve(*found)
                area = metrics.auc(wrong, right)
                axes.plot(wrong, right, label=f"{_ascii(model)}, {_ascii(name)}: {area:.3f}")
                drawn += 1
    if not drawn:
        raise InputError(
            "no ROC curve can be drawn: it needs log-probabilities and cases of every class"
        )
    axes.plot([0, 1], [0, 1], linestyle=":", color="grey")
    axes.set(xlabel="False positive rate", ylabel="True positive rate", title="ROC")
    axes.legend(loc="lower right", fontsize="small")
    with written(path) as file:
        figure.savefig(file, format="png", dpi=120)


def _ascii(text: str) -> str:
    """Matplotlib's own font knows ASCII everywhere, and `_` or `$` at the start mean something."""
    return text.encode("ascii", "replace").decode().replace("$", r"\$").lstrip("_")


def _curves(
    metrics: Any, cases: Sequence[Labelled], classes: Sequence[str], positive: str | None
) -> tuple[float | None, float | None]:
    """(AUROC, AUPRC), of more than two classes the mean of each against the rest."""
    wanted = classes if positive is None else (positive,)
    found = [scores(cases, classes, name) for name in wanted]
    known = [pair for pair in found if pair is not None]
    if len(known) < len(found) or not known:
        return None, None
    auroc = sum(metrics.roc_auc_score(*pair) for pair in known) / len(known)
    auprc = sum(metrics.average_precision_score(*pair) for pair in known) / len(known)
    return float(auroc), float(auprc)


def _sklearn() -> Any:
    try:
        from sklearn import metrics
    except ImportError:
        raise InputError(
            "scikit-learn is not installed; a classification needs: pip install 'apprentice[toolkit]'"
        ) from None
    return metrics
