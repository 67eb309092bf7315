"""A portion of a file → what is known of each row: errors, tokens, keys for duplicates, warnings.

The costly half of the check. It keeps nothing between portions but caches.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json

from finetune.check.codes import Finding
from finetune.check.decode import decoded, has_keys, repeats_a_key
from finetune.check.formats import METADATA, Format, row_findings
from finetune.check.identifiers import invented, naming
from finetune.check.parts import images
from finetune.check.portions import Portion
from finetune.check.privacy import Privacy
from finetune.check.samples import REJECTED, Sample, Shape, all_plain, sample, shaped
from finetune.check.scripts import script
from finetune.check.tools import unlisted
from finetune.dataset.boilerplate import Boilerplate
from finetune.dataset.near import Sketch
from finetune.dataset.tokens import count_texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_FINDINGS = 100  # of one row


@dataclass
class Noted:
    """What is told of single rows: their line numbers by code, and rows per script."""

    errors: list[Finding] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    scripts: Counter[str] = field(default_factory=Counter)
    gave_up: bool = False  # there may be more personal data than is told

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
    sketch: Sketch
    noted: Noted


class Rows(NamedTuple):
    """The rows of a portion that hold anything, each flattened."""

    numbers: list[int]
    samples: list[Sample]
    shapes: list[Shape]

    @property
    def texts(self) -> list[str]:
        """Everything that is said in each row."""
        return ["\n".join(one.texts) for one in self.samples]


class Examiner:
    """Examines portions of one file."""

    def __init__(self, model: str, kind: Format, first: Portion) -> None:
        """`first`: what many rows begin or end with is learnt from it, for near-duplicates."""
        self._model, self._kind = model, kind
        self._privacy = Privacy()
        self._boilerplate = Boilerplate(self._rows(first, Noted()).texts)

    def batch(self, portion: Portion) -> Batch:
        """Everything about these lines."""
        import numpy as np

        noted = Noted()
        rows = self._rows(portion, noted)
        texts = rows.texts
        for place in self._privacy.found(texts):
            noted.note("personal_data", rows.numbers[place])
        noted.gave_up = self._privacy.gave_up
        noted.scripts.update(map(script, texts))
        self._look(rows, noted)
        tokens, answer_tokens = self._tokens(rows)
        example_keys, prompt_keys = _keys(rows)
        return Batch(
            np.array(rows.numbers, np.int64),
            np.array([one.messages for one in rows.samples], np.int64),
            tokens,
            answer_tokens,
            example_keys,
            prompt_keys,
            Sketch.of(texts, self._boilerplate),
            noted,
        )

    def _rows(self, portion: Portion, noted: Noted) -> Rows:
        lines = portion.lines()
        if (plain := self._all_plain(portion, lines)) is not None:
            samples, shapes = plain
            return Rows(list(range(portion.first, portion.first + len(lines))), samples, shapes)
        rows = Rows([], [], [])
        for number, line in enumerate(lines, portion.first):
            if (found := self._read(number, line, noted)) is not None:
                rows.numbers.append(number)
                rows.samples.append(found[0])
                rows.shapes.append(found[1])
        return rows

    def _all_plain(
        self, portion: Portion, lines: list[bytes | None]
    ) -> tuple[list[Sample], list[Shape]] | None:
        """All rows when every one is plain and right, which most portions are; else None."""
        if self._kind != "chat":
            return None
        try:
            parsed = [from_json(line or b"", allow_inf_nan=False) for line in lines]
        except ValueError:
            return None
        plain = all_plain(parsed)
        if plain is None:
            return None
        keys = sum([1 + 2 * one.messages for one in plain[0]])
        return plain if has_keys(portion.raw, keys) else None

    def _read(self, number: int, line: bytes | None, noted: Noted) -> tuple[Sample, Shape] | None:
        row, findings = decoded(number, line)
        if findings:
            noted.errors += findings
        elif (
            self._kind == "chat"
            and (fast := all_plain([row])) is not None
            and line is not None
            and not repeats_a_key(line, 1 + 2 * fast[0][0].messages)
        ):
            return fast[0][0], fast[1][0]
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
        one = sample(row, self._kind)
        if one.estimated:
            noted.note("estimated_tokens", number)
        self._extras(number, row, noted)
        return one, shaped(one.roles)

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

    def _look(self, rows: Rows, noted: Noted) -> None:
        different = {id(shape): shape for shape in rows.shapes}.values()
        if self._kind != "completion" and not all(one.system and one.user for one in different):
            for number, one, shape in zip(*rows, strict=True):
                if not shape.system and one.messages:
                    noted.note("missing_system", number)
                if not shape.user and one.messages:
                    noted.note("missing_user", number)
        answers = [
            "\n".join([one.texts[at] for at in shape.answers])
            for one, shape in zip(rows.samples, rows.shapes, strict=True)
        ]
        for place in naming(answers):
            one = rows.samples[place]
            if any(
                one.roles[at] != REJECTED and invented(one.texts[at], one.texts[:at])
                for at in rows.shapes[place].answers
            ):
                noted.note("invented_identifiers", rows.numbers[place])

    def _tokens(self, rows: Rows) -> tuple["NDArray[np.int64]", "NDArray[np.int64]"]:
        """Tokens of each row, and those of its answers."""
        import numpy as np

        counts = count_texts([text for one in rows.samples for text in one.texts], self._model)
        sums = np.concatenate(([0], np.cumsum(counts)))
        ends = np.cumsum(np.array([len(one.texts) for one in rows.samples], np.int64))
        starts = np.concatenate(([0], ends[:-1])) if len(ends) else ends
        frames = np.array([one.frame for one in rows.samples], np.int64)
        learnt = np.zeros(len(counts) + 1, np.int64)
        places = [
            start + place
            for start, shape in zip(starts.tolist(), rows.shapes, strict=True)
            for place in shape.answers
        ]
        learnt[np.array(places, np.int64) + 1] = counts[np.array(places, np.int64)]
        learnt = np.cumsum(learnt)
        return sums[ends] - sums[starts] + frames, learnt[ends] - learnt[starts]


def _keys(rows: Rows) -> tuple["NDArray[np.uint64]", "NDArray[np.uint64]"]:
    """What equal examples share, and what equal prompts share; rows without a prompt share none."""
    import numpy as np

    asked = [
        hash((shape.key, *one.texts[: shape.end])) if any(one.texts[: shape.end]) else 0
        for one, shape in zip(rows.samples, rows.shapes, strict=True)
    ]
    prompts = [
        prompt or hash((number,)) for prompt, number in zip(asked, rows.numbers, strict=True)
    ]
    examples = [
        hash((shape.key, prompt, *one.texts[shape.end :]))
        for prompt, one, shape in zip(asked, rows.samples, rows.shapes, strict=True)
    ]
    return np.array(examples, np.int64).view(np.uint64), np.array(prompts, np.int64).view(np.uint64)
