"""The work of `finetune import gitlab`: connect, gather, write, tell."""

import glob
import shlex
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Literal, NamedTuple

from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.distill.order import text_or_file
from finetune.errors import FinetuneError, InputError
from finetune.files import refuse_existing, unreadable
from finetune.settings import GitLabSettings, Settings, load
from finetune.sources.gitlab.examples import Shape
from finetune.sources.gitlab.gathering import Gathered, gather, write
from finetune.sources.gitlab.kept import kept_tickets
from finetune.sources.gitlab.project import Choice, Project, connect

FEWEST, ADVISED = 10, 50  # examples, by OpenAI's documentation


class Import(NamedTuple):
    """The options of the command."""

    project: str
    output: Path
    url: str | None
    token_file: Path | None
    labels: tuple[str, ...]
    since: date | None
    with_code: bool
    most_characters: int
    system: str | None
    validation: float
    metadata: Literal["row", "file"]
    confidential: bool
    drafts: bool


def work(wanted: Import, output: Output) -> None:
    """From the options to the files. Raises FinetuneError; tickets done by then are kept."""
    settings, paths = load(GitLabSettings), _paths(wanted)
    refuse_existing(list(paths.values()))
    choice = Choice(wanted.labels, wanted.since, wanted.confidential, wanted.drafts)
    shape = Shape(text_or_file(wanted.system), wanted.with_code, wanted.most_characters)
    url = wanted.url or str(settings.gitlab_url)
    token = _token(wanted.token_file) or settings.gitlab_token.get_secret_value().strip()
    project = Project(connect(url, token or None), wanted.project)
    project.find()
    part = wanted.output.with_name(f"{wanted.output.name}.part")
    order = {"url": url, "project": wanted.project, "choice": _plain(choice), "shape": list(shape)}
    with (
        _going_on(output, part),
        kept_tickets(part, order) as kept,
        _without_leftovers(paths.values()),
        bar(output, "Tickets") as advance,
    ):
        done = write(
            gather(project, kept, choice, shape, advance),
            paths,
            validation=wanted.validation,
            metadata_apart=wanted.metadata == "file",
        )
    part.unlink(missing_ok=True)
    if not done.rows.get("validation", 1):
        paths.pop("validation").unlink()
    _tell(output, done, paths)


def _paths(wanted: Import) -> dict[str, Path]:
    paths = {"train": wanted.output}
    if wanted.validation:
        paths["validation"] = _beside(wanted.output, "validation")
    if wanted.metadata == "file":
        paths["metadata"] = _beside(wanted.output, "metadata")
    return paths


def _beside(path: Path, role: str) -> Path:
    return path.with_name(f"{path.stem}.{role}{path.suffix or '.jsonl'}")


def _token(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        token = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise InputError(f"{path} holds no token") from None
    if not token or not token.isascii() or len(token.split()) > 1:
        raise InputError(f"{path} holds no token, or more than one line")
    return token


def _plain(choice: Choice) -> list[Any]:
    """As JSON has it, so that it equals what was written down."""
    since = choice.since.isoformat() if choice.since else None
    return [list(choice.labels), since, choice.confidential, choice.drafts]


@contextmanager
def _going_on(output: Output, part: Path) -> Iterator[None]:
    """SIGTERM ends it in order, as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _stopped)
    try:
        yield
    except (FinetuneError, KeyboardInterrupt, SystemExit):
        if part.exists():
            output.remark(f"What is done is kept in {part}; the same command goes on from there.")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _stopped(number: int, _: object) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _without_leftovers(paths: Iterable[Path]) -> Iterator[None]:
    """Remove what an import that was killed had not finished; no other one is at work here."""
    for path in paths:
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
            left.unlink(missing_ok=True)
    yield


def _tell(output: Output, done: Gathered, paths: dict[str, Path]) -> None:
    examples = done.rows["train"] + done.rows.get("validation", 0)
    command = ["finetune", "train", str(paths["train"])]
    command += ["--validation", str(paths["validation"])] if "validation" in paths else []
    next_command = shlex.join([*command, "--model", load(Settings).base_model])
    document = {
        "tickets": done.tickets,
        "examples": examples,
        "skipped": done.skipped,
        "redacted": done.redacted,
        "rows": done.rows,
        "outputs": {role: str(path) for role, path in paths.items()},
        "next_command": next_command,
    }
    told = [f"Tickets   {done.tickets} closed, {examples} became examples"]
    told += [f"Left out  {count}: {reason}" for reason, count in sorted(done.skipped.items())]
    told += [f"Redacted  {done.redacted}"] if done.redacted else []
    told += [f"Wrote {path}: {done.rows[role]} rows" for role, path in paths.items()]
    if done.rows["train"] < FEWEST:
        told.append(f"Providers want at least {FEWEST} training rows; {ADVISED} are advised.")
    output.result(document, *told, f"Next: {next_command}")
