"""An analysis → what may be done about it, in the order in which it is done."""

from collections.abc import Callable, Iterator

from finetune.prepare import analysis as found
from finetune.prepare.affixes import (
    LONG_COMPLETION_PREFIX,
    LONG_PROMPT_PREFIX,
    LONG_PROMPT_SUFFIX,
    Ends,
    is_marker,
    removable,
    whole_words_at_end,
)
from finetune.prepare.analysis import Analysis
from finetune.prepare.classes import FEW_ROWS
from finetune.prepare.draft import Draft
from finetune.prepare.faults import fault_of
from finetune.prepare.findings import KINDS, Example, Finding, compared, shown
from finetune.prepare.form import Form
from finetune.prepare.inputs import Inputs
from finetune.prepare.limits import limit_of
from finetune.prepare.places import Places
from finetune.prepare.separators import LAST_SEPARATOR, LAST_STOP, SEPARATORS, STOPS
from finetune.prepare.wording import clean, lowered

FLAGS = {
    "secrets": found.SECRETS,
    "empty_prompt": found.EMPTY_PROMPT,
    "empty_completion": found.EMPTY_COMPLETION,
    "too_long": found.TOO_LONG,
    "many_turns": found.MANY_TURNS,
    "invalid": found.INVALID,
    "duplicates": found.DUPLICATE,
    "conflicts": found.CONFLICT,
    "near_duplicates": found.NEAR,
}
DROPS = tuple(code for code in FLAGS if code != "secrets")
FEW_EXAMPLES, ADVISED_EXAMPLES = 10, 50  # OpenAI's minimum and advice


class Proposals:
    """Words findings, with the rows they are about."""

    def __init__(self, inputs: Inputs, draft: Draft, model: str) -> None:
        self._inputs = inputs
        self._draft = draft
        self._model = model
        self._places = Places(draft.places, [one.path for one in inputs.inputs])

    def necessary(self) -> Iterator[Finding]:
        """What is done without asking: there is no other way to write the rows."""
        for one in self._inputs.inputs:
            if one.wrong_case:
                yield Finding(
                    code="columns",
                    count=1,
                    remedy=KINDS["columns"].remedy,
                    applied=True,
                    detail=f"{one.path.name}: {one.prompt_column!r} and {one.completion_column!r} "
                    "are taken as prompt and completion",
                )
            if one.extra_columns:
                yield Finding(
                    code="extra_columns",
                    count=len(one.extra_columns),
                    remedy=KINDS["extra_columns"].remedy,
                    applied=True,
                    detail=f"{one.path.name}: {', '.join(map(shown, one.extra_columns[:20]))}",
                )
        if self._inputs.unreadable_count:
            yield self._unreadable()

    def _unreadable(self) -> Finding:
        several = len(self._inputs.inputs) > 1
        known = self._inputs.unreadable
        rows = tuple(
            f"{self._inputs.inputs[bad.source].path.name}:{bad.row}" if several else bad.row
            for bad in known
        )
        return Finding(
            code="unreadable",
            count=self._inputs.unreadable_count,
            rows=rows,
            remedy=KINDS["unreadable"].remedy,
            applied=True,
            detail=f"rows that cannot be read; row {rows[0]}: {known[0].message}",
        )

    def wording(self, seen: Analysis) -> Iterator[Finding]:
        """Remedies that change the text of a row by itself."""
        if (found.SECRETS & seen.flags).any():
            yield self._rows("secrets", seen)
        for code, capitals in (
            ("uppercase_prompts", seen.capital_prompts),
            ("uppercase_completions", seen.capital_completions),
        ):
            if capitals:
                yield self._all(code, seen, self._shouted(code, seen))

    def drops(self, seen: Analysis) -> Iterator[Finding]:
        """Rows to leave out."""
        for code in DROPS:
            counted = seen.flags & FLAGS[code] != 0
            if counted.any():
                yield self._rows(code, seen)

    def ends(self, seen: Analysis, form: Form) -> Iterator[tuple[Finding, Ends]]:
        """Beginnings and ends to take off, each with what it takes."""
        for column, ending, least in (
            ("prompt", seen.prompts, (LONG_PROMPT_PREFIX, LONG_PROMPT_SUFFIX)),
            ("completion", seen.completions, (LONG_COMPLETION_PREFIX, LONG_PROMPT_SUFFIX)),
        ):
            ends = removable(ending.shared, *least, legacy=form.legacy)
            if ends.prefix:
                yield self._end(
                    f"{column}_prefix", seen, Ends(prefix=ends.prefix), legacy=form.legacy
                )
            if ends.suffix:
                yield self._end(
                    f"{column}_suffix", seen, Ends(suffix=ends.suffix), legacy=form.legacy
                )

    def additions(self, seen: Analysis, form: Form) -> Iterator[tuple[Finding, str]]:
        """What a base model needs: by the old tool's rules, but a question mark is no separator."""
        if seen.task != "open-ended" and not separator_of(seen):
            yield self._addition("separator", seen, seen.prompts.addition)
        if seen.task == "conditional" and not stop_of(seen):
            yield self._addition("stop", seen, seen.completions.addition)
        if not seen.spaced or form.completion_ends.prefix:
            yield self._addition("leading_space", seen, " ")

    def advice(self, seen: Analysis) -> Iterator[Finding]:
        """What only more or other rows can mend, and what was not looked at."""
        if not seen.compared:
            yield Finding(
                code="near_duplicates",
                count=0,
                detail=f"not looked for in more than {found.COMPARED_ROWS:,} rows, as it takes "
                "longer than all the rest: --only near_duplicates does, also on what was written",
            )
        if seen.kept < ADVISED_EXAMPLES:
            least = (
                "at least 10 are needed" if seen.kept < FEW_EXAMPLES else "50 and more are advised"
            )
            yield Finding(code="few_examples", count=seen.kept, detail=f"examples: {least}")
        if seen.kept > 1 and seen.different_answers == 1:
            yield Finding(
                code="one_answer",
                count=seen.kept,
                detail="all completions are the same: the model will learn to say only that",
            )
        few = [label for label, rows in seen.classes.items() if rows < FEW_ROWS]
        if few:
            named = ", ".join(shown(label, 30) for label in few[:10])
            detail = f"{len(few)} classes have fewer than {FEW_ROWS} rows: {named}"
            yield Finding(code="few_per_class", count=len(few), detail=detail)

    def _rows(self, code: str, seen: Analysis) -> Finding:
        count = int((seen.flags & FLAGS[code] != 0).sum())
        first = next(seen.marked(FLAGS[code]))
        detail = ""
        if code == "too_long":
            limit = limit_of(self._model)
            of = self._model if limit.known else f"{self._model} (unknown to us, so the usual)"
            detail = f"examples over {limit.tokens:,} tokens, the limit of {of}"
        if code == "invalid":
            fault = fault_of(self._draft.record(first))
            detail = f"{KINDS[code].title}; row {self._places.one(first)}: {fault}"
        return Finding(
            code=code,
            count=count,
            rows=self._places.many(seen.marked(FLAGS[code])),
            remedy=KINDS[code].remedy,
            detail=detail,
            example=self._redacted(first) if code == "secrets" else self._dropped(first),
            default=bool(KINDS[code].default),
            caution=KINDS[code].caution,
        )

    def _all(self, code: str, seen: Analysis, example: Example | None, detail: str = "") -> Finding:
        return Finding(
            code=code,
            count=seen.kept,
            rows=self._places.many(_kept(seen)),
            remedy=KINDS[code].remedy,
            detail=detail,
            example=example,
            default=bool(KINDS[code].default),
            caution=KINDS[code].caution,
        )

    def _end(self, code: str, seen: Analysis, ends: Ends, *, legacy: bool) -> tuple[Finding, Ends]:
        text = ends.prefix or ends.suffix
        verb = "begin" if ends.prefix else "end"
        column = code.split("_", maxsplit=1)[0]
        said = f"all {column}s {verb} with “{shown(clean(text))}” ({len(text)} characters)"
        finding = self._all(code, seen, self._changed(seen, column, ends.cut), said)
        if column == "completion" and not is_marker(text) and not legacy:
            caution = "what every answer says may be the very thing to learn"
            finding = finding.model_copy(update={"default": False, "caution": caution})
        return finding, ends

    def _addition(self, code: str, seen: Analysis, text: str) -> tuple[Finding, str]:
        column = "prompt" if code == "separator" else "completion"

        def added(old: str) -> str:
            return f" {old.lstrip()}" if code == "leading_space" else old + text

        detail = f"{KINDS[code].title}; add “{shown(text)}”"
        return self._all(code, seen, self._changed(seen, column, added), detail), text

    def _shouted(self, code: str, seen: Analysis) -> Example | None:
        column = "prompt" if code == "uppercase_prompts" else "completion"
        return self._changed(seen, column, lowered)

    def _changed(self, seen: Analysis, column: str, change: Callable[[str], str]) -> Example | None:
        first = next(_kept(seen), None)
        if first is None:
            return None
        record = self._draft.record(first)
        wording = seen.taken.wording
        text = record.prompt if column == "prompt" else record.completion
        if wording.redact:
            text = clean(text)
        if getattr(wording, f"lower_{column}s"):
            text = lowered(text)
        return compared(self._places.one(first), clean(text), clean(change(text)))

    def _dropped(self, index: int) -> Example:
        record = self._draft.record(index)
        text = f"{shown(clean(record.prompt), 40)} → {shown(clean(record.completion), 40)}"
        return Example(self._places.one(index), text, None)

    def _redacted(self, index: int) -> Example:
        """The example shows where something is, never the thing itself."""
        record = self._draft.record(index)
        redacted = [clean(text) for text in (record.prompt, record.completion)]
        named = [text for text in redacted if "[" in text] or redacted
        at = max(named[0].find("[") - 20, 0)
        return Example(self._places.one(index), "(not shown)", shown(named[0][at:]))


def _kept(seen: Analysis) -> Iterator[int]:
    import numpy as np

    step = 1 << 16
    for start in range(0, seen.rows, step):
        part = seen.flags[start : start + step] & seen.taken.dropped == 0
        yield from (np.flatnonzero(part) + start).tolist()


def separator_of(seen: Analysis) -> str:
    """The separator that all prompts have already; "" when there is none."""
    suffix = seen.prompts.shared.suffix
    known = (one for one in (*SEPARATORS, LAST_SEPARATOR) if suffix.endswith(one))
    return next(known, suffix if is_marker(suffix) else "")


def stop_of(seen: Analysis) -> str:
    """The stop text that all completions end in already: a known one, a mark, or whole words.

    Not what some words happen to share, such as the `se` of house and mouse.
    """
    suffix = seen.completions.shared.suffix
    if said := whole_words_at_end(suffix) or (suffix if is_marker(suffix) else ""):
        return said
    return next((one for one in (LAST_STOP, *STOPS) if suffix.endswith(one)), "")
