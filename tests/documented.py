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

What cannot be the same twice is masked on both sides: ids, times, seconds, losses of real training.
With UPDATE_WORKFLOWS=1 the page is rewritten with what was printed instead.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ELLIPSIS = "…"
_MASKS = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"\b(ftjob|file|ftckpt|ftevent|upload|part)-[\w-]+", r"\1-#"),
        (r"(ft:[\w.-]+:[\w.-]*:[\w.-]*):[\w-]+", r"\1:#"),
        (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\+00:00|Z)?", "<time>"),
        (r"\b\d\d:\d\d(:\d\d)?\b", "<time>"),
        (r"(?<![\w.])\d+(\.\d+)? ?(ms|s|seconds?)\b", "<seconds>"),
        (r"(loss:? +)\d+(\.\d+)?", r"\1<loss>"),
        (r"127\.0\.0\.1:\d+", "<address>"),
    )
)


@dataclass(frozen=True)
class Command:
    """A command and what the page says it prints. Lines are counted from 0; `end` is behind."""

    text: str
    shown: str
    first: int
    end: int


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

    def run(self, command: str) -> str:
        """What the command prints, as the page shows it."""
        for said, real in self.addresses.items():
            command = command.replace(said, real)
        words = shlex.split(command)
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
        for said, real in self.addresses.items():
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
    }


def chapters(page: str) -> tuple[Chapter, ...]:
    """The sessions of a page, in order; headings without any command are left out."""
    found: list[tuple[str, list[Command | Script]]] = [("", [])]
    lines, number = page.splitlines(), 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("## "):
            found.append((line[3:].strip(), []))
        elif line in {"```console", "```python"}:
            end = lines.index("```", number)
            block = lines[number + 1 : end]
            steps = _commands(block, number + 1) if line == "```console" else _scripts(block)
            found[-1][1].extend(steps)
            number = end
        number += 1
    return tuple(Chapter(title, tuple(steps)) for title, steps in found if steps)


def _commands(block: list[str], offset: int) -> list[Command]:
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
        found.append(Command(text, shown, offset + first, offset + end))
    return found


def _scripts(block: list[str]) -> list[Script]:
    name = re.fullmatch(r"# (\w+\.py)", block[0])
    return [Script(name[1], "\n".join(block) + "\n")] if name else []


def masked(text: str) -> str:
    """Without what differs from one run to the next; columns beside it may have moved."""
    lines = []
    for line in text.splitlines():
        changed = line
        for pattern, mask in _MASKS:
            changed = pattern.sub(mask, changed)
        lines.append(line if changed == line else re.sub(r" {2,}", "  ", changed))
    return "\n".join(lines)


def same(shown: str, printed: str) -> bool:
    """Whether the page says what was printed."""
    parts = masked(shown).split("\n")
    pattern = "\n".join(r"(?:.*\n)*?.*" if p == ELLIPSIS else re.escape(p) for p in parts)
    return re.fullmatch(pattern, masked(printed)) is not None


def rewritten(page: str, printed: list[tuple[Command, str]]) -> str:
    """The page with what was printed, except where it says that already."""
    lines = page.splitlines()
    for command, text in sorted(printed, key=lambda one: -one[0].first):
        if not same(command.shown, text):
            lines[command.first : command.end] = text.splitlines()
    return "\n".join(lines) + "\n"
