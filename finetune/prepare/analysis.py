"""One look at all rows: what is wrong with which, and what they have in common.

Everything is looked at as it will be once the remedies taken so far are applied, in their fixed order:
redact, lower-case; then rows that are empty or too long do not count; then duplicates, conflicts. What
is known of a row is two bytes of flags here; larger numbers go to disk. When an answer of the user's
changes what a later check sees, the rows are looked at again.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.groups import Groups
from finetune.dataset.near import NearDuplicates
from finetune.prepare import raw_rows
from finetune.prepare.affixes import Affixes, Shared
from finetune.prepare.case import Letters
from finetune.prepare.classes import Answers, Task, task_of
from finetune.prepare.draft import Batch, Draft
from finetune.prepare.faults import fault_of
from finetune.prepare.fingerprints import (
    context_keys,
    is_preference,
    prompt_keys,
    row_keys,
)
from finetune.prepare.limits import limit_of
from finetune.prepare.record import Record
from finetune.prepare.separators import (
    LAST_SEPARATOR,
    LAST_STOP,
    SEPARATORS,
    STOPS,
    Unused,
)
from finetune.prepare.spill import Spill
from finetune.prepare.wording import Wording

# In this order; a row that is left out for one reason does not count for a later one.
(
    EMPTY_PROMPT,
    EMPTY_COMPLETION,
    SECRETS,
    TOO_LONG,
    MANY_TURNS,
    INVALID,
    DUPLICATE,
    CONFLICT,
    NEAR,
) = (1 << bit for bit in range(9))
Flags = NDArray[np.uint16]
COMPARED_ROWS = 20_000  # up to so many rows near-duplicates are looked for unasked
FRAME = 20  # tokens that the chat format adds to a pair, at most


class Taken(NamedTuple):
    """Which remedies are taken for granted while looking."""

    wording: Wording
    dropped: int
    """Flags of rows that will not be written."""


class Ending(NamedTuple):
    """The ends of one column: what is shared, and for base models what may be added."""

    shared: Shared
    addition: str


class Analysis(NamedTuple):
    """What was found. `flags`: two bytes per row."""

    rows: int
    flags: Flags
    task: Task
    classes: dict[str, int]
    different_answers: int
    prompts: Ending
    completions: Ending
    capital_prompts: bool
    capital_completions: bool
    spaced: bool
    """Every completion begins with a space."""
    compared: bool
    """Whether near-duplicates were looked for."""
    taken: Taken

    @property
    def kept(self) -> int:
        """Rows that will be written."""
        return int(np.count_nonzero((self.flags & self.taken.dropped) == 0))

    def marked(self, flag: int) -> Iterator[int]:
        """Indexes of the rows with a flag."""
        step = 1 << 16
        for start in range(0, self.rows, step):
            part = self.flags[start : start + step]
            yield from (np.flatnonzero((part & flag) != 0) + start).tolist()


class Look:
    """Takes batches in and gives the analysis; what it needs of the disk is freed by `close`."""

    def __init__(
        self, model: str, taken: Taken, *, legacy: bool, system: str | None = None
    ) -> None:
        self._taken = taken
        self._system = system or ""
        self._model = model
        self._limit = limit_of(model).tokens
        self._legacy = legacy
        self._held = ExitStack()
        self._same_rows = self._held.enter_context(Groups())
        self._same_prompts = self._held.enter_context(Groups())
        self._flags: list[Flags] = []
        self._classes = Spill(np.int32)
        self._held.callback(self._classes.close)
        self._answers = Answers()
        self._columns = (_Column(SEPARATORS, LAST_SEPARATOR), _Column(STOPS, LAST_STOP))
        self._promptless = _Column(STOPS, LAST_STOP)

    def add(self, batch: Batch) -> None:
        """Look at a batch."""
        rows, others = batch.rows, batch.rows.others
        *redacted, hidden = self._taken.wording.worded(rows)
        prompts, completions = self._taken.wording.cased(*redacted)
        flags: Flags = hidden * np.uint16(SECRETS)
        flags[[at for at in _empty(prompts) if _unasked(others.get(at))]] |= EMPTY_PROMPT
        flags[_empty(completions)] |= EMPTY_COMPLETION
        flags[self._too_long(prompts, completions, others)] |= TOO_LONG
        if self._legacy:
            flags[[at for at, record in others.items() if _many_turns(record)]] |= MANY_TURNS
        else:
            flags[[at for at, record in others.items() if fault_of(record)]] |= INVALID
        self._flags.append(flags)
        self._group(batch, prompts, completions, flags)
        self._ends(redacted, prompts, completions, flags)
        self._classes.add(self._answers.number(completions))

    def _too_long(
        self, prompts: list[str], completions: list[str], others: dict[int, Record]
    ) -> list[int]:
        bytes_left = (self._limit - FRAME) // 4 - len(
            self._system
        )  # of a letter at most 4 bytes, of a byte one token
        letters = np.fromiter(map(len, prompts), np.int64, len(prompts))
        letters += np.fromiter(map(len, completions), np.int64, len(completions))
        long = {*np.flatnonzero(letters > bytes_left).tolist(), *others}
        return [
            at for at in sorted(long) if self._tokens(prompts[at], completions[at], others.get(at))
        ]

    def _tokens(self, prompt: str, completion: str, record: Record | None) -> bool:
        """Whether it has too many. A token is at least one byte: short rows need no counting."""
        said = [prompt, completion, self._system]
        if record is not None:
            said = raw_rows.texts(record.raw or {})
        frame = FRAME if record is None else 4 * len(said) + 3
        if sum(len(text.encode("utf-8", "replace")) for text in said) + frame <= self._limit:
            return False
        from finetune.dataset.tokens import count_text

        return sum(count_text(text, self._model) for text in said) + frame > self._limit

    def _group(
        self, batch: Batch, prompts: list[str], completions: list[str], flags: Flags
    ) -> None:
        others = batch.rows.others
        wording = self._taken.wording
        raws = {
            at: wording.raw(record, secret=bool(flags[at] & SECRETS))
            for at, record in others.items()
        }
        keys = prompt_keys(prompts, raws)
        ids = np.arange(batch.start, batch.start + len(prompts), dtype=np.int64)
        self._same_rows.add(row_keys(keys, completions, raws), ids)
        asked = (flags & EMPTY_PROMPT) == 0
        asked[[at for at, record in others.items() if is_preference(record)]] = False
        self._same_prompts.add(keys[asked], ids[asked])

    def _ends(
        self,
        redacted: list[list[str]],
        prompts: list[str],
        completions: list[str],
        flags: Flags,
    ) -> None:
        dropped = self._taken.dropped & (DUPLICATE - 1)
        for kept, columns in (
            (flags & dropped == 0, self._columns),
            (flags & (dropped | EMPTY_PROMPT) == EMPTY_PROMPT, (None, self._promptless)),
        ):
            rows = np.flatnonzero(kept).tolist()
            every = len(rows) == len(prompts)
            written = (prompts, completions)
            for column, texts, before in zip(columns, written, redacted, strict=True):
                if column is not None and rows:
                    column.add(texts if every else [texts[i] for i in rows], self._legacy)
                    column.letters.add(before if every else [before[i] for i in rows])

    def result(self, draft: Draft) -> Analysis:
        """What was found in all rows so far, which are those of the draft."""
        flags = np.concatenate(self._flags) if self._flags else np.zeros(0, np.uint16)
        self._flags = [flags]
        open_ended = bool(len(flags)) and bool((flags & EMPTY_PROMPT).all())
        if open_ended:
            flags &= np.uint16(0xFFFF ^ EMPTY_PROMPT)
        self._flag_groups(flags, self._same_rows.duplicates(), DUPLICATE, keep_last=False)
        self._flag_groups(flags, self._same_prompts.duplicates(), CONFLICT, keep_last=True)
        # Comparing letter by letter takes longer than all the rest: only of few rows unasked.
        compared = len(flags) <= COMPARED_ROWS or bool(self._taken.dropped & NEAR)
        if compared:
            _flag_near(flags, self._taken, draft)
        counts, unnumbered = self._counted(flags)
        kept = int(np.count_nonzero(flags & self._taken.dropped == 0))
        task = task_of(kept, 0 if open_ended else kept, counts, unnumbered)
        prompts, completions = self._columns[0], self._columns[1]
        if open_ended:
            completions = self._promptless
        return Analysis(
            rows=len(flags),
            flags=flags,
            task=task,
            classes=self._table(counts) if task == "classification" else {},
            different_answers=int(np.count_nonzero(counts)) + bool(unnumbered),
            prompts=prompts.ending,
            completions=completions.ending,
            capital_prompts=prompts.letters.mostly_capitals,
            capital_completions=completions.letters.mostly_capitals,
            spaced=completions.spaced,
            compared=compared,
            taken=self._taken,
        )

    def _flag_groups(
        self, flags: Flags, groups: Iterable[NDArray[np.int64]], flag: int, *, keep_last: bool
    ) -> None:
        """All of a group but one; rows that were dropped before do not count."""
        before = self._taken.dropped & (flag - 1)
        if flag == CONFLICT:  # the same answer once more contradicts nothing
            before |= DUPLICATE
        for group in groups:
            left = group[(flags[group] & before) == 0]
            if len(left) > 1:
                flags[left[:-1] if keep_last else left[1:]] |= np.uint16(flag)

    def _counted(self, flags: Flags) -> tuple[NDArray[np.int64], int]:
        counts = np.zeros(len(self._answers.labels), np.int64)
        unnumbered = 0
        for start, numbers in self._classes.chunks():
            part = flags[start : start + len(numbers)]
            kept = numbers[part & self._taken.dropped == 0]
            unnumbered += int(np.count_nonzero(kept < 0))
            counts += np.bincount(kept[kept >= 0], minlength=len(counts))
        return counts, unnumbered

    def _table(self, counts: NDArray[np.int64]) -> dict[str, int]:
        order = np.argsort(-counts, kind="stable").tolist()
        return {self._answers.labels[i]: int(counts[i]) for i in order if counts[i]}

    def close(self) -> None:
        """Give the disk back."""
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _flag_near(flags: Flags, taken: Taken, draft: Draft) -> None:
    """Compare what is left without exact duplicates; the first of each group is not flagged.

    Rows are only near where the model is given the same beside the question: system message, tools.
    """
    out = taken.dropped & (NEAR - 1) | DUPLICATE
    with NearDuplicates() as near, closing(Spill(np.int64)) as contexts:
        for start, rows in draft.batches():
            part = flags[start : start + len(rows)]
            left = np.flatnonzero(part & out == 0)
            secret = (part[left] & SECRETS != 0).tolist()
            texts = taken.wording.reworded(rows.some(left.tolist()), secret)
            near.add(left + start, [f"{p}\n{c}" for p, c in zip(*texts, strict=True)])
            raws = {at: record.raw or {} for at, record in rows.others.items()}
            contexts.add(context_keys(len(rows), raws))
        for group in near.groups():
            places = np.array(group, np.int64)
            given = np.array([int(contexts.between(at, at + 1)[0]) for at in group], np.int64)
            for one in np.unique(given):
                flags[places[given == one][1:]] |= np.uint16(NEAR)


def ends_of(seen: Analysis, draft: Draft, *, legacy: bool) -> Analysis:
    """The analysis with what exactly the rows that are kept have in common."""
    columns = (_Column(SEPARATORS, LAST_SEPARATOR), _Column(STOPS, LAST_STOP))
    wording = seen.taken.wording
    as_read = wording._replace(lower_prompts=False, lower_completions=False)
    for start, rows in draft.batches():
        flags = seen.flags[start : start + len(rows)]
        kept = np.flatnonzero(flags & seen.taken.dropped == 0).tolist()
        secret = (flags[kept] & SECRETS != 0).tolist()
        before = as_read.reworded(rows.some(kept), secret)
        for column, some, read in zip(columns, wording.cased(*before), before, strict=True):
            column.add(some, legacy)
            column.letters.add(read)
    return seen._replace(
        prompts=columns[0].ending,
        completions=columns[1].ending,
        spaced=columns[1].spaced,
        capital_prompts=seen.capital_prompts or columns[0].letters.mostly_capitals,
        capital_completions=seen.capital_completions or columns[1].letters.mostly_capitals,
    )


class _Column:
    """What is watched of all texts of one column."""

    def __init__(self, candidates: tuple[str, ...], last: str) -> None:
        self._affixes = Affixes()
        self._unused = Unused(candidates, last)
        self.letters = Letters()
        self.spaced = True

    def add(self, texts: list[str], legacy: bool) -> None:
        self._affixes.add(texts)
        if legacy:
            self._unused.add(texts)
            self.spaced = self.spaced and all(text.startswith(" ") for text in texts)

    @property
    def ending(self) -> Ending:
        return Ending(self._affixes.shared, self._unused.first)


def _empty(texts: list[str]) -> list[int]:
    return [at for at, text in enumerate(texts) if not text or text.isspace()]


def _unasked(record: Record | None) -> bool:
    return record is None or not raw_rows.asks(record.raw or {})


def _many_turns(record: Record) -> bool:
    return raw_rows.turns(record.raw or {}) > 2
