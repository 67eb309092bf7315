"""Plain text → records. Three shapes are understood, found out from the first 64 KiB:

- blocks `Q: …` and `A: …` (also Question/Answer, Prompt/Completion, User/Assistant, 質問/回答, 問/答),
  the text going on over as many lines as it likes;
- one question and its answer per line, with one tab between them;
- blocks between blank lines: the question on the first line, the answer on the lines below.

Lines in none of these shapes are reported with their row, as in any other input.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from finetune.errors import InputError
from finetune.prepare.encodings import DAMAGE, Encoding, opened, text_lines
from finetune.prepare.record import Pass, Record

_ASKS = r"Q|Question|Prompt|User|Human|質問|問い?|Ｑ"  # noqa: RUF001 - Japanese full width
_ANSWERS = r"A|Answer|Completion|Assistant|AI|回答|答え?|Ａ"  # noqa: RUF001 - the same
_LABEL = re.compile(rf"(?i)\s*(?:(?P<asks>{_ASKS})|(?P<answers>{_ANSWERS}))\s*[:：]\s?")
SAMPLE = 1 << 16
Line = tuple[int, str]


class Block(NamedTuple):
    """A question and an answer found in a text; None: that part is missing."""

    row: int
    question: str | None
    answer: str | None


def text_shape(path: Path, encoding: Encoding) -> str:
    """Which: "labels", "tabs", "blocks" or "jsonl". Raises InputError that says what to write."""
    with opened(path, encoding) as (text, _):
        sample = text.read(SAMPLE)
        whole = len(sample) < SAMPLE
    lines = sample.splitlines() if whole else sample.splitlines()[:-1] or [sample]
    filled = [line for line in lines if line.strip()]
    if not filled:
        raise InputError(f"{path} is empty")
    if filled[0].lstrip().startswith("{"):
        return "jsonl"
    for shape, fits in (("labels", _labelled), ("tabs", _tabbed), ("blocks", _blocked)):
        if fits(lines, filled):
            return shape
    raise InputError(
        f"{path} has no questions and answers to tell apart: write blocks of 'Q: …' and 'A: …', or one "
        "'question<TAB>answer' per line, or the question on one line, its answer below it and a blank "
        "line after each"
    )


def text_records(
    path: Path, encoding: Encoding, shape: str, source: int, walk: Pass
) -> Iterator[Record]:
    """All rows of a text that are records; the others are reported to `walk`."""
    split = {"labels": _labels, "tabs": _tabs, "blocks": _blocks}[shape]
    with opened(path, encoding) as (text, position):
        walk.follow(position)
        lines = ((row, line.rstrip("\r\n")) for row, line in enumerate(text_lines(text), 1))
        for row, question, answer in split(lines):
            if question is None:
                walk.refuse(source, row, "no_question", "an answer without a question before it")
            elif answer is None:
                walk.refuse(source, row, "no_answer", "a question without an answer")
            elif DAMAGE in question or DAMAGE in answer:
                walk.refuse(source, row, "bad_encoding", f"bytes that are not {encoding.name}")
            elif "\0" in question or "\0" in answer:
                walk.refuse(source, row, "nul", "NUL bytes")
            else:
                yield Record(source, row, question, answer, None, None)


def _labelled(_lines: list[str], filled: list[str]) -> bool:
    found = [match for match in map(_LABEL.match, filled) if match]
    return (
        bool(_LABEL.match(filled[0]))
        and any(match["asks"] for match in found)
        and any(match["answers"] for match in found)
    )


def _tabbed(_lines: list[str], filled: list[str]) -> bool:
    return sum(line.strip("\r\n").count("\t") == 1 for line in filled) * 10 >= len(filled) * 9


def _blocked(lines: list[str], _filled: list[str]) -> bool:
    sizes = [len(block) for block in _paragraphs(enumerate(lines, 1))]
    return sum(size > 1 for size in sizes) * 2 > len(sizes) and (len(sizes) > 1 or sizes[0] == 2)


def _labels(lines: Iterable[Line]) -> Iterator[Block]:
    asked: Line | None = None
    for row, kind, text in chain(_sections(lines), [(0, "asks", "")]):
        if kind == "answers" and asked is not None:
            yield Block(*asked, text)
            asked = None
        elif kind == "asks":
            if asked is not None:
                yield Block(*asked, None)
            asked = (row, text)
        else:
            yield Block(row, None, text)


def _sections(lines: Iterable[Line]) -> Iterator[tuple[int, str, str]]:
    """(row, "asks" or "answers", text) from label to label; "" for what stands before the first."""
    begin, kind = 0, ""
    text: list[str] = []
    for row, line in lines:
        found = _LABEL.match(line)
        if found is not None:
            if begin:
                yield begin, kind, "\n".join(text).strip()
            begin, kind = row, "asks" if found["asks"] else "answers"
            text = [line[found.end() :]]
        elif begin or line.strip():
            begin = begin or row
            text.append(line)
    if begin:
        yield begin, kind, "\n".join(text).strip()


def _tabs(lines: Iterable[Line]) -> Iterator[Block]:
    for row, line in lines:
        question, tab, answer = line.partition("\t")
        if tab:
            yield Block(row, question, answer)
        elif line.strip():
            yield Block(row, line, None)


def _blocks(lines: Iterable[Line]) -> Iterator[Block]:
    for block in _paragraphs(lines):
        answer = "\n".join(line for _, line in block[1:]) if len(block) > 1 else None
        yield Block(block[0][0], block[0][1], answer)


def _paragraphs(lines: Iterable[Line]) -> Iterator[list[Line]]:
    block: list[Line] = []
    for row, line in lines:
        if line.strip():
            block.append((row, line))
        elif block:
            yield block
            block = []
    if block:
        yield block
