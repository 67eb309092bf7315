"""The card of a dataset in Hugging Face's layout: what is in it and how it was made, counted.

The metadata is what the hub reads (https://huggingface.co/docs/hub/datasets-cards). Whether and under
which licence it may be passed on is for the team to say.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from finetune.dataset.example import Example, Source

SHARE = 0.02  # of the rows in which a language's letters occur, for it to be named
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_MADE = {
    Source.THUMBS_UP: "answers of the bot that a person marked as good",
    Source.CORRECTION: "answers as a person corrected them; `rejected` is what the bot had said",
    Source.IMPORT: "brought in from files or other systems",
    Source.DISTILL: "written by another model under a constraint",
}
_LETTERS = (
    ("ja", "\u3041", "\u30ff"),
    ("ko", "\uac00", "\ud7a3"),
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("th", "\u0e00", "\u0e7f"),
)


@dataclass
class Counted:
    """Grows while the rows are written."""

    splits: Counter[str] = field(default_factory=Counter)
    sources: Counter[Source] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    corrected: int = 0

    def add(self, split: str, examples: Sequence[Example]) -> None:
        """Count rows of one side."""
        self.splits[split] += len(examples)
        for example in examples:
            self.sources[example.source] += 1
            self.languages[_language(example)] += 1
            self.corrected += example.rejected is not None

    @property
    def rows(self) -> int:
        """Of all sides."""
        return self.splits.total()


def card(counted: Counted, suffix: str) -> str:
    """`README.md`. `suffix`: parquet or jsonl."""
    return f"---\n{_metadata(counted, suffix)}---\n\n{_prose(counted)}"


def _metadata(counted: Counted, suffix: str) -> str:
    languages = [
        name for name, rows in counted.languages.most_common() if rows >= SHARE * counted.rows
    ]
    size = next((name for most, name in _SIZES if counted.rows < most), "n>1M")
    splits = [name for name, rows in counted.splits.items() if rows]
    lines = [
        "pretty_name: Apprentice examples",
        "license: unknown  # for the team to choose before this goes to anybody",
        "language:" if languages else "language: []",
        *(f"- {name}" for name in languages),
        "task_categories:",
        "- text-generation",
        "tags:",
        "- conversational",
        *(["- preference"] if counted.corrected else []),
        "size_categories:",
        f"- {size}",
        "configs:",
        "- config_name: default",
        "  data_files:" if splits else "  data_files: []",
        *(f"  - split: {name}\n    path: data/{name}-*.{suffix}" for name in splits),
        "dataset_info:",
        "  features:",
        "  - name: messages",
        "    list:",
        "    - name: role\n      dtype: string",
        "    - name: content\n      dtype: string",
        *(f"  - name: {name}\n    dtype: string" for name in HELD),
        "  splits:" if splits else "  splits: []",
        *(f"  - name: {name}\n    num_examples: {counted.splits[name]}" for name in splits),
    ]
    return "\n".join(lines) + "\n"


HELD = ("rejected", "source", "created_at", "example_id")  # beside the messages; nobody's name


def _prose(counted: Counted) -> str:
    splits = "\n".join(f"| {name} | {rows:,} |" for name, rows in counted.splits.items())
    sources = "\n".join(
        f"| `{source}` | {rows:,} | {_MADE[source]} |"
        for source, rows in counted.sources.most_common()
    )
    return f"""# Apprentice examples

{counted.rows:,} conversations, each ending in the answer that a model is to learn.
{counted.corrected:,} of them also hold the answer that was worse (`rejected`).

## Splits

| split | rows |
|---|---|
{splits}

The side is decided by a stable hash of the thread, so that neither a thread nor a question is on both
sides, and an example keeps its side in every later export. Corrections are always trained on.

## Where the rows come from

| source | rows | what it is |
|---|---|---|
{sources}

## How it was made

In Slack, people marked the bot's answers as good or corrected them; curators approved what is taught
and settled contradictions; duplicates were merged. Languages are guessed from the letters.

## Personal data

Secrets, e-mail addresses, phone and card numbers were replaced by placeholders when a row was made.
That is done by patterns and misses what they do not know: names, places and what people tell about
themselves may still be in the texts. No user ids are in these files; `example_id` leads back to a
person only with the workspace's database. What somebody erases later stays in copies made before.

## Licence

Not chosen. The team whose conversations these are decides whether and how they may be used; Slack's
terms allow no use beyond the workspace's own.
"""


def _language(example: Example) -> str:
    text = " ".join(message.content for message in example.messages if message.role != "system")
    if text.isascii():
        return "en"
    for name, first, last in _LETTERS:
        if any(first <= letter <= last for letter in text):
            return name
    return "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"
