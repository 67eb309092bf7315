"""Inputs → checked, repaired rows in new files: reads, looks, asks, writes. The whole of `prepare`.

read the inputs once into a draft, looking at every row
decide on each finding; where an answer changes what a later check sees, look again
write what is left, then its two sides
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Protocol

from finetune.errors import InputError
from finetune.prepare.affixes import Ends
from finetune.prepare.analysis import (
    COMPARED_ROWS,
    CONFLICT,
    DUPLICATE,
    NEAR,
    Analysis,
    Look,
    Taken,
    ends_of,
)
from finetune.prepare.draft import Batch, Draft
from finetune.prepare.findings import KINDS, Finding
from finetune.prepare.form import Form
from finetune.prepare.inputs import Inputs
from finetune.prepare.proposals import DROPS, FLAGS, Proposals
from finetune.prepare.wording import Wording
from finetune.prepare.writing import EmptySide, Outputs, Split, write

Advance = Callable[[int], None]
MIN_TRAINED = 10  # rows that a provider asks for at least
WORTH_SPLITTING = 50  # rows; of fewer, held-out ones are missed in training more than they tell


class Choices(Protocol):
    """Who decides: a person who is asked, or what was said on the command line."""

    def expects(self, code: str) -> bool:
        """Whether the remedy is taken for granted until it is decided."""

    def decide(self, finding: Finding) -> bool:
        """Whether to apply its remedy."""


class Options(NamedTuple):
    """What to write, and for which model."""

    outputs: Outputs
    model: str
    legacy: bool = False
    system: str | None = None
    fraction: float = 0.2
    seed: int = 0
    split: bool = False
    """Asked for by the user; else it is proposed where it is worth it."""


class Prepared(NamedTuple):
    """What was done."""

    rows_read: int
    rows_written: int
    left_out: dict[str, int]
    analysis: Analysis
    findings: tuple[Finding, ...]
    form: Form
    outputs: dict[str, Path]


class _Job:
    """One run: what is known and decided so far."""

    def __init__(self, inputs: Inputs, draft: Draft, options: Options, choices: Choices) -> None:
        self._inputs = inputs
        self._draft = draft
        self._options = options
        self._choices = choices
        self._decided: dict[str, bool] = {}
        self._words = Proposals(inputs, draft, options.model)

    def run(self, advance: Advance | None) -> Prepared:
        """Everything, in order. Raises InputError when no row is left."""
        seen = self._settled(self._looked(self._draft.fill(self._inputs, advance)))
        if not self._draft.rows and not self._inputs.unreadable_count:
            raise InputError("there are no rows to prepare")
        findings = [*self._words.necessary(), *self._apply(self._words.wording(seen))]
        findings += self._apply(self._words.drops(seen))
        if not seen.kept:
            raise InputError(_nothing_left(findings))
        form, of_text = self._form(seen)
        split, asked = self._split(seen)
        try:
            made = write(self._draft, seen, form, self._options.outputs, split)
        except EmptySide:
            if self._options.split:
                raise
            made, asked = write(self._draft, seen, form, self._options.outputs, None), None
        if asked is not None and asked.applied:
            asked = asked.model_copy(update={"count": made.validation})
        return Prepared(
            rows_read=self._draft.rows + self._inputs.unreadable_count,
            rows_written=made.rows,
            left_out=self._left_out(seen),
            analysis=_relabelled(seen, form),
            findings=(*findings, *of_text, *([asked] if asked else []), *self._words.advice(seen)),
            form=form,
            outputs=made.paths,
        )

    def _settled(self, seen: Analysis) -> Analysis:
        """Decide on what later checks depend on, until the analysis rests on what was decided."""
        while True:
            self._ask(seen)
            if self._taken() == seen.taken:
                seen = self._exact(seen)
                self._ask(seen)
            if self._taken() == seen.taken:
                return seen
            seen = self._looked(self._draft.batches())

    def _ask(self, seen: Analysis) -> None:
        for finding in (*self._words.wording(seen), *self._words.drops(seen)):
            self._decide(finding)

    def _exact(self, seen: Analysis) -> Analysis:
        """The ends and capitals of the rows that are left, where rows that look alike go."""
        of_others = CONFLICT | NEAR | (DUPLICATE if seen.rows <= COMPARED_ROWS else 0)
        if (seen.flags & of_others & seen.taken.dropped).any() and seen.kept:
            return ends_of(seen, self._draft, legacy=self._options.legacy)
        return seen

    def _looked(self, batches: Iterable[Batch]) -> Analysis:
        options = self._options
        taken = self._taken()
        with Look(options.model, taken, legacy=options.legacy, system=options.system) as look:
            for batch in batches:
                look.add(batch)
            return look.result(self._draft)

    def _taken(self) -> Taken:
        def yes(code: str) -> bool:
            return self._decided.get(code, self._choices.expects(code))

        lower = [self._decided.get(f"uppercase_{one}", False) for one in ("prompts", "completions")]
        wording = Wording(yes("secrets"), *lower)
        return Taken(wording, sum(FLAGS[code] for code in DROPS if yes(code)))

    def _decide(self, finding: Finding) -> bool:
        if finding.code not in self._decided:
            self._decided[finding.code] = self._choices.decide(finding)
        return self._decided[finding.code]

    def _apply(self, findings: Iterable[Finding]) -> list[Finding]:
        return [one.model_copy(update={"applied": self._decide(one)}) for one in findings]

    def _form(self, seen: Analysis) -> tuple[Form, list[Finding]]:
        options = self._options
        form = Form(seen.taken.wording, legacy=options.legacy, system=options.system)
        findings = []
        for finding, ends in self._words.ends(seen, form):
            findings += self._apply([finding])
            if findings[-1].applied:
                form = _with_ends(form, finding.code, ends)
        if options.legacy:
            for finding, text in self._words.additions(seen, form):
                findings += self._apply([finding])
                if findings[-1].applied:
                    form = _with_addition(form, finding.code, text)
        return form, findings

    def _split(self, seen: Analysis) -> tuple[Split | None, Finding | None]:
        options, kept = self._options, seen.kept
        trained = round(kept * (1 - options.fraction))
        worth = kept >= WORTH_SPLITTING or seen.task == "classification"
        if not options.split and not (worth and trained >= MIN_TRAINED):
            return None, None
        share = f"{options.fraction:.0%}"
        finding = Finding(
            code="split",
            count=kept - trained,
            remedy=KINDS["split"].remedy,
            detail=f"hold back about {share} of the prompts, seed {options.seed}, to see how well "
            "the model does on what it was not trained on",
        )
        applied = options.split or self._decide(finding)
        split = Split(options.fraction, options.seed) if applied else None
        return split, finding.model_copy(update={"applied": applied})

    def _left_out(self, seen: Analysis) -> dict[str, int]:
        """Rows that were not written, each by its first reason."""
        left, rest = {}, seen.flags & seen.taken.dropped
        if self._inputs.unreadable_count:
            left["unreadable"] = self._inputs.unreadable_count
        for code in DROPS:
            here = rest & FLAGS[code] != 0
            if here.any():
                left[code] = int(here.sum())
            rest = rest[~here]
        return left


def prepare(
    inputs: Inputs, options: Options, choices: Choices, advance: Advance | None = None
) -> Prepared:
    """Prepare the inputs as `choices` decides. Raises InputError; then nothing is written.

    `advance` is told of bytes read.
    """
    with ExitStack() as held:
        draft = Draft()
        held.callback(draft.close)
        try:
            return _Job(inputs, draft, options, choices).run(advance)
        except OSError as error:
            raise _no_room(error) from None


def _no_room(error: OSError) -> InputError:
    """Drafts may be as large as the inputs, in the folder for temporary files."""
    where = "set TMPDIR to a folder with room for as much as the inputs, or write elsewhere with -o"
    return InputError(f"cannot write: {error.strerror or error}; {where}")


def _with_ends(form: Form, code: str, ends: Ends) -> Form:
    if code.startswith("prompt"):
        old = form.prompt_ends
        return form._replace(prompt_ends=Ends(ends.prefix or old.prefix, ends.suffix or old.suffix))
    old = form.completion_ends
    return form._replace(completion_ends=Ends(ends.prefix or old.prefix, ends.suffix or old.suffix))


def _with_addition(form: Form, code: str, text: str) -> Form:
    if code == "separator":
        return form._replace(separator=text)
    return form._replace(stop=text) if code == "stop" else form._replace(space=True)


def _relabelled(seen: Analysis, form: Form) -> Analysis:
    """Classes under the names that are written."""
    renamed: dict[str, int] = {}
    for label, rows in seen.classes.items():
        name = form.completion_ends.cut(f"{label}").strip()
        renamed[name] = renamed.get(name, 0) + rows
    return seen._replace(classes=renamed)


def _nothing_left(findings: list[Finding]) -> str:
    reasons = ", ".join(f"{one.count} {one.code}" for one in findings if one.applied and one.count)
    return f"no row is left to write ({reasons}); look at the columns, or --skip a remedy"
