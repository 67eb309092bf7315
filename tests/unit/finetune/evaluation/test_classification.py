"""The figures of a classification, against hand-computed ones."""

from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics
from sklearn.preprocessing import label_binarize

from finetune.errors import InputError
from finetune.evaluation.classification import Labelled, classification, plot

TWO = ("yes", "no")


def case(wanted: str, answered: str | None, chance: float | None = None) -> Labelled:
    return Labelled(wanted, answered, None if chance is None else (chance, 1 - chance))


CASES = [
    case("yes", "yes", 0.9), case("yes", "yes", 0.8), case("yes", "no", 0.35),
    case("no", "no", 0.1), case("no", "yes", 0.6), case("no", None, 0.4),
]  # fmt: skip


def test_two_classes_are_measured_by_the_positive_one() -> None:
    found = classification(CASES, TWO, "yes")
    assert found.accuracy == pytest.approx(3 / 6)
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert found.f1 == pytest.approx(2 / 3)
    assert found.auroc == pytest.approx(7 / 9)  # of 9 pairs, two are in the wrong order
    assert found.auprc == pytest.approx((1 + 1 + 3 / 5) / 3)
    assert found.confusion.labels == ("yes", "no", "(other)")
    assert found.confusion.matrix == ((2, 1, 0), (1, 1, 1), (0, 0, 0))
    assert found.other == 1


def test_more_classes_are_averaged() -> None:
    classes = ("a", "b", "c")
    cases = [
        Labelled(
            name, name if n else classes[(place + 1) % 3], tuple(float(c == name) for c in classes)
        )
        for place, name in enumerate(classes)
        for n in range(2)
    ]
    found = classification(cases, classes, None)
    assert (found.accuracy, found.precision, found.recall) == (0.5, 0.5, 0.5)
    assert (found.auroc, found.auprc) == (1.0, 1.0)


def test_three_classes_of_which_one_is_never_answered_are_as_scikit_learn_has_them() -> None:
    classes = ("no", "not sure", "yes")
    dice = np.random.default_rng(1)
    wanted = [classes[n % 3] for n in range(90)]
    raw = dice.random((90, 3)) + 0.5 * np.array([[c == w for c in classes] for w in wanted])
    chances = raw / raw.sum(axis=1, keepdims=True)
    answered = [classes[int(row[:2].argmax())] for row in chances]
    cases = [
        Labelled(w, a, tuple(map(float, row)))
        for w, a, row in zip(wanted, answered, chances, strict=True)
    ]
    found = classification(cases, classes, None)
    auroc = metrics.roc_auc_score(wanted, chances, multi_class="ovr", labels=list(classes))
    f1 = metrics.f1_score(wanted, answered, average="macro", zero_division=0)
    right = label_binarize(wanted, classes=list(classes))
    assert found.auroc == pytest.approx(auroc)
    assert found.f1 == pytest.approx(f1)
    assert found.auprc == pytest.approx(metrics.average_precision_score(right, chances))


def test_without_all_log_probabilities_or_both_classes_there_is_no_curve(tmp_path: Path) -> None:
    for cases in ([*CASES, case("yes", "yes")], [case("yes", "yes", 0.9)] * 3):
        found = classification(cases, TWO, "yes")
        assert (found.auroc, found.auprc) == (None, None)
        with pytest.raises(InputError, match="no ROC curve"):
            plot(tmp_path / "roc.png", [("m", cases)], TWO, "yes")
    assert not list(tmp_path.iterdir())


def test_the_plot_is_a_picture_and_overwrites_nothing(tmp_path: Path) -> None:
    plot(tmp_path / "roc.png", [("モデル", CASES)], TWO, "yes")
    assert (tmp_path / "roc.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="never overwritten"):
        plot(tmp_path / "roc.png", [("m", CASES)], TWO, "yes")
