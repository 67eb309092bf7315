"""Which columns of a table, or keys of a JSON row, are the prompt and the completion."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from finetune.errors import InputError

PAIRS = (
    ("prompt", "completion"),
    ("question", "answer"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("input", "output"),
    ("prompt", "response"),
    ("input", "response"),
    ("user", "assistant"),
    ("text", "label"),
    ("q", "a"),
    ("質問", "回答"),
    ("質問", "答え"),
    ("問い", "答え"),
    ("問題", "解答"),
    ("問", "答"),
    ("入力", "出力"),
)
SHOWN = 8  # names in a message


class Columns(NamedTuple):
    """Where prompt and completion stand; `context` is Alpaca's `input` beside an instruction."""

    prompt: int
    completion: int
    names: tuple[str, ...]
    """All names as the file has them; positions count from 0."""
    wrong_case: bool = False
    context: int | None = None
    header: bool = True
    """False when the first row is data: columns were given by number."""

    @property
    def prompt_name(self) -> str:
        """The prompt's column as the file names it."""
        return self.names[self.prompt]

    @property
    def completion_name(self) -> str:
        """The completion's column as the file names it."""
        return self.names[self.completion]

    @property
    def extra(self) -> tuple[str, ...]:
        """Columns that are neither."""
        used = {self.prompt, self.completion, self.context}
        return tuple(name for at, name in enumerate(self.names) if at not in used and name.strip())


def plain(name: str) -> str:
    """A column's name without its case, its width and the white space around it."""
    return unicodedata.normalize("NFKC", name).replace("\ufeff", "").strip().casefold()


def known_columns(names: Sequence[str]) -> Columns | None:
    """The pair among these names: prompt and completion before any other; None: none or several."""
    places: dict[str, int] = {}
    for at, name in enumerate(names):
        places.setdefault(plain(name), at)
    found = [pair for pair in PAIRS if pair[0] in places and pair[1] in places]
    if not found:
        return None
    chosen = found[0]
    if chosen != PAIRS[0] and any(not set(pair) & set(chosen) for pair in found[1:]):
        alpaca = chosen[0] == "instruction" and all(p[0] in {"instruction", "input"} for p in found)
        if not alpaca:
            return None
    context = places.get("input") if chosen[0] == "instruction" else None
    prompt, completion = places[chosen[0]], places[chosen[1]]
    exact = names[prompt] == chosen[0] and names[completion] == chosen[1]
    return Columns(prompt, completion, tuple(names), not exact, context)


def chosen_columns(names: Sequence[str], wanted: tuple[str, str]) -> Columns | None:
    """The columns that the user named, or gave by number (then there is no row of names)."""
    places: dict[str, int] = {}
    for spelt in (str, str.strip, plain):
        for at, name in enumerate(names):
            places.setdefault(spelt(name), at)
    found = [places.get(name, places.get(name.strip(), places.get(plain(name)))) for name in wanted]
    if found[0] is not None and found[1] is not None:
        return Columns(found[0], found[1], tuple(names))
    numbers = [int(name) for name in wanted if name.strip().isdecimal() and len(name) < 5]
    if len(numbers) == 2 and all(1 <= number <= len(names) for number in numbers):
        counted = tuple(str(at + 1) for at in range(len(names)))
        return Columns(numbers[0] - 1, numbers[1] - 1, counted, header=False)
    return None


def find_columns(names: Sequence[str], wanted: tuple[str, str] | None, path: Path) -> Columns:
    """The pair of columns of a table. Raises InputError that names the columns there are."""
    columns = chosen_columns(names, wanted) if wanted else known_columns(names)
    if columns is None:
        raise no_columns(names, wanted, path)
    if columns.prompt == columns.completion:
        raise InputError(f"{path}: prompt and completion cannot both be {columns.prompt_name!r}")
    return columns


def no_columns(names: Sequence[str], wanted: tuple[str, str] | None, path: Path) -> InputError:
    """Why these columns cannot be used, and what to say instead."""
    shown = [name.strip()[:40] for name in names if name.strip()]
    there = ", ".join(repr(name) for name in shown[:SHOWN]) or "none"
    there += f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
    if wanted is not None:
        return InputError(f"{path} has no columns {wanted[0]!r} and {wanted[1]!r}; it has {there}")
    example = f"{shown[0]},{shown[1]}" if len(shown) > 1 else "prompt,completion"
    return InputError(
        f"{path}: cannot tell which columns are prompt and completion; it has {there}. Name them: "
        f"--columns '{example}' (or --columns 1,2 where the first row is data, not names)"
    )
