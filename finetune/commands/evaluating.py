"""Carries out `finetune evaluate`: asks both models and the judge, measures, and concludes."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from finetune.asking.asker import Asker
from finetune.commands.asking_cases import CaseFile, Form, said_separator
from finetune.commands.case_results import CaseResults, case_results
from finetune.commands.evaluation_views import Found, show
from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.dataset.tokens import count_text
from finetune.errors import InputError, ProviderError
from finetune.evaluation.classes import predicted
from finetune.evaluation.classification import Classification, classification, plot
from finetune.evaluation.comparison import answered
from finetune.evaluation.constraint_text import parse
from finetune.evaluation.duel import Plan, Scores, measured
from finetune.evaluation.judging import CRITERIA, Bias, bias, judged
from finetune.evaluation.manner import Manner
from finetune.evaluation.verdict import Judgement, Metric, judgement
from finetune.files import refuse_existing

FEW_RIVALS, MANY_RIVALS = 5, 20  # the most that any provider names, and that OpenAI's chat names


class Labelling(NamedTuple):
    """How a classification is asked for."""

    wanted: bool | None
    classes: str | None
    positive: str | None
    plot: Path | None


class Wanted(NamedTuple):
    """What the command line asks for."""

    candidate: str
    champion: str | None
    form: Form
    constraints: tuple[str, ...]
    judge: str | None
    criteria: str | None
    labelling: Labelling
    margin: float
    seed: int
    output: Path | None = None

    @property
    def models(self) -> tuple[str, ...]:
        """The candidate first."""
        return (self.candidate,) if self.champion is None else (self.candidate, self.champion)


async def run(asker: Asker, wanted: Wanted, cases: CaseFile, output: Output) -> str | None:
    """The verdict; None without a champion."""
    classes = _classes(wanted.labelling, cases, wanted.form)
    plan = Plan(
        manner=_manner(wanted, cases, classes),
        constraints={text: parse(text, wanted.candidate) for text in wanted.constraints},
        classes=classes,
        judged=wanted.judge is not None,
    )
    if not (cases.wanted or plan.constraints or plan.judged):
        raise InputError(
            f"{cases.path.name} holds no wanted answers; give --constraint, or --judge a champion"
        )
    said_separator(output, wanted.form, plan.manner)
    favour: Bias | None = None
    with case_results(wanted.output, wanted.models, judged=plan.judged) as results:
        scores = await _answered(asker, wanted, cases, plan, output, results)
        metrics = scores.metrics(wanted.seed)
        if plan.judged:
            metric, favour = await _judged(asker, wanted, scores, output, results)
            metrics.insert(0, metric)
    decided: Judgement | None = None
    if wanted.champion is not None:
        decided = judgement(metrics, wanted.margin, favour)
    figures = _figures(wanted.labelling, scores, classes)
    show(output, Found(wanted.models, metrics, decided, figures, scores, favour))
    if wanted.labelling.plot is not None and classes is not None:
        named = list(zip(wanted.models, scores.labelled, strict=True))
        plot(wanted.labelling.plot, named, classes, _positive(wanted.labelling, classes))
    return None if decided is None else decided.verdict.value


async def _answered(
    asker: Asker, wanted: Wanted, cases: CaseFile, plan: Plan, output: Output,
    results: CaseResults,
) -> Scores:  # fmt: skip
    scores = Scores(plan, len(wanted.models))
    refusal: str | None = None
    with bar(output, "Answers", cases.total * len(wanted.models)) as advance:
        async for found in answered(asker, cases.cases(), wanted.models, plan.manner, advance):
            results.add(found, scores.add(found.case, found.answers), plan.manner)
            refusal = refusal or found.answers[0].refusal
    if refusal is not None and scores.refused[0] == scores.cases:
        raise ProviderError(f"{wanted.candidate} was refused every case: {refusal}")
    return scores


async def _judged(
    asker: Asker, wanted: Wanted, scores: Scores, output: Output, results: CaseResults
) -> tuple[Metric, Bias]:
    """The share of cases won by each; a case that neither wins is half a win for both."""
    with bar(output, "Judgements", 2 * len(scores.pairs)) as advance:
        found = await judged(
            asker, wanted.judge or "", scores.pairs, wanted.criteria or CRITERIA, advance
        )
    results.judged([one.score for one in found])
    rows = [((1 + one.score) / 2, (1 - one.score) / 2) for one in found]
    (metric,) = measured({"judge": rows}, {"judge"}, wanted.seed)
    return metric, bias(found)


def _classes(labelling: Labelling, cases: CaseFile, form: Form) -> tuple[str, ...] | None:
    """The labels, given or found. Raises InputError when they are asked for and there are none."""
    named = tuple(
        dict.fromkeys(part.strip() for part in (labelling.classes or "").split(",") if part.strip())
    )
    asked = labelling.wanted or bool(named) or bool(labelling.plot or labelling.positive)
    if labelling.wanted is False or not (asked or cases.labels.classes):
        if labelling.plot is not None:
            raise InputError("--plot draws a classification")
        return None
    classes = named or cases.labelled(form)
    if len(classes) < 2:
        raise InputError(
            "the wanted answers are no labels of a classification; name them with --classes"
        )
    if labelling.positive is not None and predicted(labelling.positive, classes) is None:
        raise InputError(f"--positive {labelling.positive} is none of {', '.join(classes)}")
    if named:
        _refuse_others(named, cases, form)
    if labelling.plot is not None:
        refuse_existing([labelling.plot])
    return classes


def _refuse_others(classes: Sequence[str], cases: CaseFile, form: Form) -> None:
    """Raises InputError, before anything is paid for, when wanted answers are none of `classes`."""
    manner = cases.manner(form)
    wanted = (manner.wanted(case) for case in cases.cases())
    others = {text for text in wanted if text is not None and predicted(text, classes) is None}
    if others:
        some = ", ".join(repr(text[:40]) for text in sorted(others)[:5])
        raise InputError(f"wanted answers that --classes does not name: {some}; name them too")


def _positive(labelling: Labelling, classes: Sequence[str]) -> str | None:
    """Of two classes the one to find; of more, none."""
    if len(classes) > 2 and labelling.positive is None:
        return None
    return predicted(labelling.positive or classes[0], classes)


def _manner(wanted: Wanted, cases: CaseFile, classes: tuple[str, ...] | None) -> Manner:
    """Labels are asked for with log-probabilities; a legacy model writes no more than a label."""
    if classes is None:
        return cases.manner(wanted.form)
    rivals = FEW_RIVALS if wanted.form.legacy or len(classes) == 2 else MANY_RIVALS
    found = cases.manner(wanted.form, rivals)
    if wanted.form.legacy and wanted.form.max_tokens is None:
        longest = max(count_text(f" {name}", wanted.candidate) for name in classes)
        return found._replace(max_tokens=longest)
    return found


def _figures(
    labelling: Labelling, scores: Scores, classes: tuple[str, ...] | None
) -> list[Classification]:
    if classes is None or not scores.with_wanted:
        return []
    positive = _positive(labelling, classes)
    return [classification(cases, classes, positive) for cases in scores.labelled]
