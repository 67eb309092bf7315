"""An evaluation in words and as a JSON document."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.markup import escape
from rich.table import Table

from finetune.commands.model_tables import print_table
from finetune.commands.output import Output
from finetune.evaluation.classification import Classification
from finetune.evaluation.duel import Scores
from finetune.evaluation.judging import Bias
from finetune.evaluation.verdict import Judgement, Metric, chance

NO_CHANCES = (
    "the provider gave no log-probabilities for every case, or one class has no case: "
    "no AUROC and no AUPRC"
)


class Found(NamedTuple):
    """All that an evaluation found; the candidate is the first model."""

    models: tuple[str, ...]
    metrics: Sequence[Metric]
    decided: Judgement | None
    figures: Sequence[Classification]
    scores: Scores
    favour: Bias | None


def show(output: Output, found: Found) -> None:
    """The document, or the tables, the verdict and its reasons."""
    if output.as_json:
        output.result(document(found))
        return
    print_table(output.console, _metrics(found), found.models)
    for model, figures in zip(found.models, found.figures, strict=False):
        output.result(None, "", model)
        print_table(output.console, _confusion(figures), ())
        output.result(None, _figures(figures))
        if figures.auroc is None:
            output.remark(f"{model}: {NO_CHANCES}")
    if found.favour is not None:
        output.result(None, "", _favour(found.favour))
    if found.decided is not None:
        verdict = found.decided.verdict.value.replace("_", " ")
        output.result(None, "", f"Verdict: {verdict}", *(f"  {r}" for r in found.decided.reasons))
    for model, refused, empty in zip(
        found.models, found.scores.refused, found.scores.empty, strict=True
    ):
        if refused or empty:
            output.remark(f"{model}: {refused} refused and {empty} empty of {found.scores.cases}")


def document(found: Found) -> dict[str, Any]:
    """For programs. A classification's figures are the candidate's."""
    champion = found.models[1] if len(found.models) > 1 else None
    kept: dict[str, Any] = {
        "candidate": found.models[0],
        "champion": champion,
        "cases": found.scores.cases,
        "metrics": {
            metric.name: metric.model_dump(mode="json", exclude={"name"})
            for metric in found.metrics
        },
        "verdict": None if found.decided is None else found.decided.verdict.value,
        "primary": None if found.decided is None else found.decided.primary,
        "conclusive": None if found.decided is None else found.decided.conclusive,
        "reasons": list(found.decided.reasons) if found.decided else [],
        "refused": dict(zip(found.models, found.scores.refused, strict=True)),
        "empty": dict(zip(found.models, found.scores.empty, strict=True)),
    }
    if found.favour is not None:
        kept["position_bias"] = found.favour.model_dump(mode="json")
    if found.figures:
        kept |= found.figures[0].model_dump(mode="json")
        others = found.figures[1:]
        kept["champion_classification"] = others[0].model_dump(mode="json") if others else None
    return kept


def _metrics(found: Found) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for model in found.models:
        table.add_column(escape(model), justify="right", no_wrap=True)
    if found.decided is not None:
        for heading in ("difference", "95 % interval", "p"):
            table.add_column(heading, justify="right", no_wrap=True)
    for metric in found.metrics:
        values = [metric.candidate, *([] if metric.champion is None else [metric.champion])]
        cells = [f"{value:.3f}" for value in values]
        if metric.interval is not None and metric.difference is not None:
            low, high = metric.interval
            cells += [
                f"{metric.difference:+.3f}",
                f"{low:+.3f} to {high:+.3f}",
                chance(metric.p).removeprefix("= "),
            ]
        table.add_row(escape(metric.name), *cells)
    return table


def _confusion(found: Classification) -> Table:
    """A row for each wanted class, a column for each answered one."""
    table = Table(box=None, pad_edge=False)
    labels = found.confusion.labels
    table.add_column("wanted \\ answered", no_wrap=True)
    for label in labels:
        table.add_column(escape(label), justify="right")
    for label, row in zip(labels, found.confusion.matrix, strict=True):
        if any(row):
            table.add_row(escape(label), *map(str, row))
    return table


def _figures(found: Classification) -> str:
    names = ("accuracy", "precision", "recall", "f1", "auroc", "auprc")
    known = [(name, getattr(found, name)) for name in names]
    said = ", ".join(f"{name} {value:.3f}" for name, value in known if value is not None)
    of = f"of {found.positive}" if found.positive else "mean over the classes"
    return f"{said} ({of})"


def _favour(favour: Bias) -> str:
    share = "-" if favour.first_chosen is None else f"{favour.first_chosen:.0%}"
    return (
        f"Judge: {favour.judged} cases in both orders; the first place was chosen {share} of the "
        f"time, {favour.disagreements} cases changed with the order, "
        f"{favour.unreadable} replies could not be read"
    )
