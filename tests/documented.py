"""Runs the commands that a page of the documentation shows, and holds what they print against it.

A page is Markdown. Each `## ` heading begins a chapter: one shell session in one folder with one
environment. In its blocks

    ```console
    $ finetune check faq.jsonl \\
        --json
    … what it printed, stdout and stderr together; "(exit code 1)" last where it failed
    ```

a line that starts with `$ ` is a command (a backslash at its end continues it) and all up to the next
one is its output. A line that is just `…` stands for one or more lines. A block of ```python whose first line
is `# NAME.py` is written to that file of the session, so that a command can run it. `$ export A=b`
holds for the rest of the chapter.

What cannot be the same twice may differ: ids, times, seconds; in a block of ```console trained, where a
model was really trained, all figures and curves as well. An id that a command of the page names is that
of the run under way. With UPDATE_WORKFLOWS=1 the page is rewritten with what was printed instead.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

ELLIPSIS = "…"
_ID = r"\b(?:ftjob|file|ftckpt|ftevent|upload)-[\w-]+|(?<=:)[0-9a-f]{8}\b|(?<=key=)[0-9a-f]{32}\b"
_VARIES = (
    _ID,
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?",
    r"\b\d\d:\d\d(?::\d\d)?\b",
    r"(?<![\w.])\d+(?:\.\d+)? ?(?:ms|s|seconds?)\b",
)
_SECONDS = "seconds "  # a row of these
_FIGURE = r"(?<![\w.])\d+(?:\.\d+)?\b"
_CURVE = "┤"


@dataclass(frozen=True)
class Command:
    """A command and what the page says it prints: its lines from `first` to before `end`, from 0."""

    text: str
    shown: str
    first: int
    end: int
    trained: bool = False  # figures may differ


@dataclass(frozen=True)
class Script:
    """A file that the page shows in full."""

    name: str
    content: str


@dataclass(frozen=True)
class Chapter:
    """What is under one `## ` heading, in order."""

    title: str
    steps: tuple[Command | Script, ...]


@dataclass
class Shell:
    """One chapter's session. `addresses`: what the page calls a server, and where it is."""

    folder: Path
    environment: dict[str, str]
    addresses: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)  # the page's, and those of this run

    def run(self, command: str) -> str:
        """What the command prints, as the page shows it."""
        for said, real in (self.addresses | self.ids).items():
            command = command.replace(said, real)
        words = shlex.split(command.replace("\\\n", " "))
        if words[0] == "export":
            self.environment |= dict(word.split("=", 1) for word in words[1:])
            return ""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        printed = done.stdout.decode()
        for said, real in (self.addresses | self.ids).items():
            printed = printed.replace(real, said)
        printed = printed.replace(f"{self.folder}/", "")
        lines = [line.rstrip() for line in printed.rstrip().splitlines()]
        if done.returncode:
            lines.append(f"(exit code {done.returncode})")
        return "\n".join(lines)

    def write(self, script: Script) -> None:
        (self.folder / script.name).write_text(script.content, encoding="utf-8")


def plain_environment(home: Path) -> dict[str, str]:
    """A reader's: our commands on the path, a home of its own, nothing else set."""
    home.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "PYTHONUNBUFFERED": "1",  # or what goes to stderr comes before what was said earlier
        "OMP_NUM_THREADS": "1",
        "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"],
    }


def chapters(page: str) -> tuple[Chapter, ...]:
    """The sessions of a page, in order; headings without any command are left out."""
    found: list[tuple[str, list[Command | Script]]] = [("", [])]
    lines, number = page.splitlines(), 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("## "):
            found.append((line[3:].strip(), []))
        elif line.startswith(("```console", "```python")):
            end = lines.index("```", number)
            block = lines[number + 1 : end]
            console, trained = line.startswith("```console"), line.endswith(" trained")
            steps = _commands(block, number + 1, trained) if console else _scripts(block)
            found[-1][1].extend(steps)
            number = end
        number += 1
    return tuple(Chapter(title, tuple(steps)) for title, steps in found if steps)


def _commands(block: list[str], offset: int, trained: bool) -> list[Command]:
    starts = [number for number, line in enumerate(block) if line.startswith("$ ")]
    if not block or starts[:1] != [0]:
        raise ValueError(f"line {offset + 1}: a console block starts with a command")
    found = []
    for start, end in zip(starts, [*starts[1:], len(block)], strict=True):
        first = start + 1
        while block[first - 1].endswith("\\"):
            first += 1
        text = "\n".join(block[start:first]).removeprefix("$ ")
        shown = "\n".join(block[first:end])
        found.append(Command(text, shown, offset + first, offset + end, trained))
    return found


def _scripts(block: list[str]) -> list[Script]:
    name = re.fullmatch(r"# (\w+\.py)", block[0])
    return [Script(name[1], "\n".join(block) + "\n")] if name else []


def same(command: Command, printed: str) -> dict[str, str] | None:
    """The page's ids and those of this run, if the page says what was printed; else None."""
    ids: dict[str, str] = {}  # the page's id: its group in the pattern
    numbers = count()
    lines = []
    for line in command.shown.split("\n"):
        if line == ELLIPSIS:
            lines.append(r"(?:.*\n)*?.*")
        elif command.trained and _CURVE in line:
            lines.append(f".*{_CURVE}.*")
        else:
            varying = command.trained or line.startswith(_SECONDS)
            lines.append("".join(_pattern(line, varying, ids, numbers)))
    found = re.fullmatch("\n".join(lines), printed)
    return None if found is None else {said: found[group] for said, group in ids.items()}


def _pattern(
    line: str, figures: bool, ids: dict[str, str], numbers: Iterator[int]
) -> Iterator[str]:
    """What the line may be. Columns beside something that varies may move."""
    kinds = [re.compile(kind) for kind in (*_VARIES, *([_FIGURE] if figures else []))]
    varies = re.compile("|".join(kind.pattern for kind in kinds))
    moves = figures or varies.search(line) is not None
    place = 0
    for found in varies.finditer(line):
        yield _literal(line[place : found.start()], moves)
        kind = next(kind.pattern for kind in kinds if kind.match(line, found.start()))
        if kind != _ID:
            yield f"(?:{kind})"
        elif found[0] in ids:
            yield f"(?P={ids[found[0]]})"
        else:
            ids[found[0]] = f"id{next(numbers)}"
            yield f"(?P<{ids[found[0]]}>{kind})"
        place = found.end()
    yield _literal(line[place:], moves)


def _literal(text: str, moves: bool) -> str:
    if not moves:
        return re.escape(text)
    return "  +".join(re.escape(part) for part in re.split(r" {2,}", text))


def rewritten(page: str, printed: list[tuple[Command, str]]) -> str:
    """The page with what was printed, except where it says that already."""
    lines = page.splitlines()
    for command, text in sorted(printed, key=lambda one: -one[0].first):
        if same(command, text) is None:
            lines[command.first : command.end] = text.splitlines()
    return "\n".join(lines) + "\n"
