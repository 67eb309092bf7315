"""What `finetune prepare` finds and may do about it: the codes, their order, and how one is said."""

from typing import NamedTuple

from finetune.dataset.example import Frozen

SHOWN_ROWS = 10
AROUND = 20  # letters shown before the first difference
NUMBERED_ROWS = 10_000  # of a finding with more rows, runs such as "2-90001" are given


class Kind(NamedTuple):
    """One check. `default`: what Enter answers; None: nothing is asked. `caution`: why Enter says no."""

    code: str
    title: str
    remedy: str | None
    default: bool | None
    caution: str = ""


_KINDS = (
    Kind("columns", "columns are named otherwise", "take them as prompt and completion", None),
    Kind("extra_columns", "columns beside prompt and completion", "leave them out", None),
    Kind("unreadable", "rows that cannot be read", "leave them out", None),
    Kind("secrets", "rows with secrets or personal data", "put placeholders in", True),
    Kind(
        "uppercase_prompts",
        "prompts mostly in capitals",
        "write them in lower case",
        False,
        "names and codes lose their capitals too",
    ),
    Kind(
        "uppercase_completions",
        "completions mostly in capitals",
        "write them in lower case",
        False,
        "capitals may be what the model is to learn",
    ),
    Kind("empty_prompt", "rows without a prompt", "leave them out", True),
    Kind("empty_completion", "rows without a completion", "leave them out", True),
    Kind("too_long", "examples over the model's token limit", "leave them out", True),
    Kind("many_turns", "conversations, which a base model cannot learn", "leave them out", True),
    Kind("invalid", "rows that a provider would refuse", "leave them out", True),
    Kind("duplicates", "rows that were there before", "keep the first of each", True),
    Kind(
        "conflicts", "rows whose prompt has another completion below", "keep the last of each", True
    ),
    Kind(
        "near_duplicates",
        "rows almost the same as an earlier one",
        "leave them out",
        False,
        "another wording of a question is worth having",
    ),
    Kind("prompt_prefix", "all prompts begin alike", "take the beginning off", True),
    Kind("prompt_suffix", "all prompts end alike", "take the end off", True),
    Kind("completion_prefix", "all completions begin alike", "take the beginning off", True),
    Kind("completion_suffix", "all completions end alike", "take the end off", True),
    Kind("separator", "prompts do not end in a separator", "add one", True),
    Kind("stop", "completions do not end in a stop text", "add one", True),
    Kind("leading_space", "completions do not begin with a space", "add one", True),
    Kind("split", "rows to hold back for validation", "split by prompt", True),
    Kind("few_examples", "few examples", None, None),
    Kind("few_per_class", "classes with few rows", None, None),
    Kind("one_answer", "all completions are the same", None, None),
)
KINDS = {kind.code: kind for kind in _KINDS}
CHOOSABLE = tuple(kind.code for kind in _KINDS if kind.default is not None)


class Example(NamedTuple):
    """One row before and after a remedy; None after: it is left out."""

    row: int | str
    before: str
    after: str | None


class Finding(Frozen):
    """One thing that was found."""

    code: str
    count: int
    rows: tuple[int | str, ...] = ()
    """Row numbers as an editor shows them; with several inputs "name:row"; many rows as runs."""
    remedy: str | None = None
    applied: bool = False
    detail: str = ""
    example: Example | None = None
    default: bool = True
    caution: str = ""
    """Why Enter says no, where it does."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return KINDS[self.code].title

    def document(self) -> dict[str, object]:
        """As `--json` has it."""
        example = self.example
        return {
            "code": self.code,
            "count": self.count,
            "rows": list(self.rows),
            "remedy": self.remedy,
            "applied": self.applied,
            "detail": self.detail or self.title,
            "example": example._asdict() if example else None,
        }


def compared(row: int | str, before: str, after: str) -> Example:
    """An example that shows the place where the two begin to differ."""
    pairs = enumerate(zip(before, after, strict=False))
    differs = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(differs - AROUND, 0)
    mark = "…" if start else ""
    return Example(row, mark + shown(before[start:]), mark + shown(after[start:]))


def shown(text: str, most: int = 60) -> str:
    """A text on one line, shortened."""
    line = text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return line if len(line) <= most else f"{line[: most - 1]}…"
