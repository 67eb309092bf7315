"""What `compare`, `evaluate` and `ask` share: how a model is asked, and what the answers cost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from finetune.asking.asker import Asker
from finetune.asking.legacy import LegacyForm, LegacyTraits
from finetune.commands.output import Output
from finetune.errors import InputError, ProviderUnavailable
from finetune.evaluation.case_files import FileCase, read_cases
from finetune.evaluation.classes import Labels
from finetune.evaluation.manner import Manner
from finetune.settings import Settings, load

LEGACY_TOKENS = 256  # of an answer; legacy completions stop at 16 unless told
Cases = Annotated[
    Path,
    typer.Option(
        help="JSONL of chat or prompt/completion rows, plain text with a question on each line, or a "
        "folder of text files.",
        show_default=False,
    ),
]
System = Annotated[
    str | None,
    typer.Option(help="System prompt, text or file, in place of the cases' own."),
]
Temperature = Annotated[float, typer.Option(min=0, max=2, help="0: the likeliest answer.")]
MaxTokens = Annotated[int | None, typer.Option(min=1, help="Longest answer, in tokens.")]
LegacyCompletion = Annotated[
    bool, typer.Option("--legacy-completion", help="The models go on with bare prompts.")
]
Separator = Annotated[
    str | None,
    typer.Option(
        help="What ends a legacy prompt; absent: what the cases' prompts end in, else guessed.",
        show_default=False,
    ),
]
Stop = Annotated[
    list[str] | None,
    typer.Option(help="What ends a legacy answer; absent: guessed.", show_default=False),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ask anew what was answered before.")]
Price = Annotated[
    list[str] | None,
    typer.Option(
        help="Of 1,000,000 tokens: input=0.4,output=1.6, for one model MODEL:input=0.4,output=1.6.",
        show_default=False,
    ),
]


class Form(NamedTuple):
    """How the cases are put, as the command line says it."""

    system: str | None = None
    temperature: float | None = 0.0
    max_tokens: int | None = None
    legacy: bool = False
    separator: str | None = None
    stop: tuple[str, ...] = ()


class CaseFile(NamedTuple):
    """A file of cases that was read through once, so that every row is known to be usable."""

    path: Path
    system: str | None
    total: int
    wanted: int  # of them with a wanted answer
    traits: LegacyTraits
    labels: Labels

    def cases(self) -> Iterator[FileCase]:
        """From the file, again."""
        return read_cases(self.path, self.system)

    def manner(self, form: Form, top_logprobs: int | None = None) -> Manner:
        """How each case is put to a model."""
        legacy = legacy_form(form, self.traits) if form.legacy else None
        longest = form.max_tokens or (LEGACY_TOKENS if legacy else None)
        seen = self.traits.separator_seen
        return Manner(form.temperature, longest, top_logprobs, legacy, separator_seen=seen)

    def labelled(self, form: Form) -> tuple[str, ...]:
        """The labels among the wanted answers, without a stop; none when they are no labels."""
        legacy = self.manner(form).legacy
        found = self.labels.classes or ()
        return tuple(dict.fromkeys(legacy.answer(name) if legacy else name for name in found))


def looked_through(path: Path, form: Form) -> CaseFile:
    """Raises InputError before anything is paid for."""
    system = text_or_file(form.system)
    traits, labels = LegacyTraits(), Labels()
    total = wanted = 0
    for case in read_cases(path, system):
        total += 1
        wanted += case.wanted is not None
        traits.see(case.question, case.wanted)
        labels.see(case.wanted)
    return CaseFile(path, system, total, wanted, traits, labels)


def legacy_form(form: Form, traits: LegacyTraits) -> LegacyForm:
    """What was given, or what the texts themselves suggest."""
    stop = tuple(unescaped(text) or "" for text in form.stop)
    return LegacyForm.guessed(unescaped(form.separator), stop, traits)


def said_separator(output: Output, form: Form, manner: Manner) -> None:
    """On stderr, also with --json: a wrong separator makes a good model talk nonsense."""
    if manner.legacy is None:
        return
    known = form.separator is not None or manner.separator_seen
    hint = "" if known else "; guessed, --separator changes it"
    output.remark(f"prompts ended in {manner.legacy.separator!r}{hint}")


def text_or_file(value: str | None) -> str | None:
    """What stands in the file of that name, if there is one; else the value itself."""
    if value is None:
        return None
    try:
        if "\n" not in value and Path(value).is_file():
            return Path(value).read_text("utf-8-sig").rstrip("\n")
    except UnicodeDecodeError:
        raise InputError(f"{value} is not UTF-8 text") from None
    except OSError as error:
        if error.strerror != "File name too long":
            raise InputError(f"cannot read {value}: {error.strerror}") from None
    return value


def unescaped(value: str | None) -> str | None:
    r"""`\n` typed in a shell is a new line."""
    return None if value is None else value.replace("\\n", "\n").replace("\\t", "\t")


@asynccontextmanager
async def asking(
    data_dir: Path | None, *, at_once: int, per_minute: float | None, fresh: bool
) -> AsyncIterator[Asker]:
    """An asker that keeps its answers in DATA_DIR; says how to go on when the provider is away."""
    from finetune.bootstrap import asker

    settings = load(Settings, **({} if data_dir is None else {"data_dir": data_dir}))
    kept = settings.data_dir / "answers.sqlite"
    try:
        async with asker(
            settings, kept, at_once=at_once, per_minute=per_minute, fresh=fresh
        ) as found:
            yield found
    except asyncio.CancelledError:  # Ctrl-C, or a kill
        Output(as_json=False).remark(
            f"stopped; {found.calls} questions were sent, and what was answered is kept: run the "
            "same command again"
        )
        raise
    except ProviderUnavailable as error:
        raise ProviderUnavailable(
            f"{error}; what was answered is kept: run the same command again"
        ) from None


def named_models(text: str) -> tuple[str, ...]:
    """`"A,B"`, without repetitions."""
    models = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not models:
        raise typer.BadParameter("--models needs names, such as base,ft:base:team::1")
    return models
