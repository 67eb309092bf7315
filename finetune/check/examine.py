"""A batch of lines → what is known of each: errors, tokens, keys for duplicates, what to warn of.

The costly half of the check. It keeps nothing between batches but caches.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json

from finetune.check.codes import Finding
from finetune.check.decode import decoded, has_keys, repeats_a_key
from finetune.check.formats import METADATA, Format, row_findings
from finetune.check.identifiers import invented, may_identify
from finetune.check.parts import images
from finetune.check.privacy import Privacy
from finetune.check.samples import Sample, Shape, all_plain, sample, shaped
from finetune.check.scripts import script
from finetune.check.tools import unlisted
from finetune.dataset.tokens import count_texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Line = tuple[int, bytes | None]
MOST_FINDINGS = 100  # of one row


@dataclass
class Noted:
    """What is told of single rows: their line numbers by code, and rows per script."""

    errors: list[Finding] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    scripts: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, line: int) -> None:
        """Remember that a warning holds for this line."""
        self.rows.setdefault(code, []).append(line)


class Batch(NamedTuple):
    """One entry per example in each array."""

    lines: "NDArray[np.int64]"
    messages: "NDArray[np.int64]"
    tokens: "NDArray[np.int64]"
    answer_tokens: "NDArray[np.int64]"
    example_keys: "NDArray[np.uint64]"
    prompt_keys: "NDArray[np.uint64]"
    texts: list[str]
    noted: Noted


class Examiner:
    """Examines batches of one file."""

    def __init__(self, model: str, kind: Format) -> None:
        self._model, self._kind = model, kind
        self._privacy = Privacy()

    def batch(self, lines: Sequence[Line]) -> Batch:
        """Everything about these lines."""
        noted = Noted()
        numbers: list[int] = []
        read: list[tuple[Sample, Shape]] = []
        rows = self._all_plain(lines)
        for place, (number, line) in enumerate(lines):
            found = rows[place] if rows is not None else self._read(number, line, noted)
            if found is not None:
                numbers.append(number)
                read.append(found)
        texts = ["\n".join(one.texts) for one, _ in read]
        for place in self._privacy.found(texts):
            noted.note("personal_data", numbers[place])
        noted.scripts.update(map(script, texts))
        self._look(numbers, read, noted)
        return self._counted(numbers, read, texts, noted)

    def _all_plain(self, lines: Sequence[Line]) -> list[tuple[Sample, Shape]] | None:
        """All rows when every one is plain and right, which most batches are; else None."""
        if self._kind != "chat":
            return None
        try:
            parsed = [
                from_json(line or b"", allow_inf_nan=False, cache_strings="keys")
                for _, line in lines
            ]
        except ValueError:
            return None
        rows = all_plain(parsed, self._model)
        if rows is None:
            return None
        keys = sum([1 + 2 * one.messages for one, _ in rows])
        return rows if has_keys(b"\n".join([line or b"" for _, line in lines]), keys) else None

    def _read(self, number: int, line: bytes | None, noted: Noted) -> tuple[Sample, Shape] | None:
        row, findings = decoded(number, line)
        if findings:
            noted.errors += findings
        elif (
            self._kind == "chat"
            and (fast := all_plain([row], self._model)) is not None
            and line is not None
            and not repeats_a_key(line, 1 + 2 * fast[0][0].messages)
        ):
            return fast[0]
        return self._slowly(number, line, row, noted) if row is not None or not findings else None

    def _slowly(
        self, number: int, line: bytes | None, row: Any, noted: Noted
    ) -> tuple[Sample, Shape] | None:
        if line is not None and repeats_a_key(line, -1):
            noted.errors.append(Finding(number, "duplicate_key"))
        for count, (code, where) in enumerate(row_findings(row, self._kind)):
            if count == MOST_FINDINGS:
                break
            noted.errors.append(Finding(number, code, where))
        if not isinstance(row, dict):
            return None
        one = sample(row, self._kind, self._model)
        if one.estimated:
            noted.note("estimated_tokens", number)
        self._extras(number, row, noted)
        return one, shaped(one.roles, self._model)

    @staticmethod
    def _extras(number: int, row: dict[str, Any], noted: Noted) -> None:
        if METADATA in row:
            noted.note("metadata_key", number)
        messages = row.get("messages")
        if isinstance(messages, list):
            if unlisted(row, messages):
                noted.note("tool_not_listed", number)
            if images(messages):
                noted.note("images", number)

    def _look(self, numbers: list[int], read: list[tuple[Sample, Shape]], noted: Noted) -> None:
        for number, (one, shape) in zip(numbers, read, strict=True):
            if not (shape.system and shape.user) and self._kind != "completion":
                if not shape.system:
                    noted.note("missing_system", number)
                if not shape.user:
                    noted.note("missing_user", number)
            for place in shape.answers:
                answer = one.texts[place]
                if (
                    may_identify(answer)
                    and one.roles[place] != "rejected"
                    and invented(answer, one.texts[:place])
                ):
                    noted.note("invented_identifiers", number)
                    break

    def _counted(
        self,
        numbers: list[int],
        read: list[tuple[Sample, Shape]],
        texts: list[str],
        noted: Noted,
    ) -> Batch:
        import numpy as np

        counts = count_texts([text for one, _ in read for text in one.texts], self._model)
        sums = np.concatenate(([0], np.cumsum(counts)))
        lengths = np.array([len(one.texts) for one, _ in read], np.int64)
        ends = np.cumsum(lengths)
        starts = ends - lengths
        learnt = [
            start + place
            for start, (_, shape) in zip(starts.tolist(), read, strict=True)
            for place in shape.answers
        ]
        many = np.array([len(shape.answers) for _, shape in read], np.int64)
        answers = np.concatenate(([0], np.cumsum(counts[np.array(learnt, np.int64)])))
        last = np.cumsum(many)
        keys = [hash((one.roles, *one.texts)) for one, _ in read]
        prompts = [
            hash((one.roles[:end], *one.texts[:end]) if any(one.texts[:end]) else (number,))
            for number, (one, shape) in zip(numbers, read, strict=True)
            for end in (shape.end,)
        ]  # rows without a prompt do not share one
        return Batch(
            np.array(numbers, np.int64),
            np.array([one.messages for one, _ in read], np.int64),
            sums[ends] - sums[starts] + np.array([one.frame for one, _ in read], np.int64),
            answers[last] - answers[last - many],
            np.array(keys, np.int64).view(np.uint64),
            np.array(prompts, np.int64).view(np.uint64),
            texts,
            noted,
        )
