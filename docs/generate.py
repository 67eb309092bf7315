"""Writes what is derived from the code: docs/cli.md, docs/settings.md, .env.example, slack-manifest.json.

`make docs` calls it; `tests/unit/test_docs_do_not_drift.py` fails when a file is not what this makes.
Sources are the typer applications, the settings classes and the Slack manifest.
"""
# ruff: noqa: INP001 - a script beside what it writes, in no package

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

import bot.cli
import bot.settings
import finetune.cli
import finetune.settings
from bot.manifest import manifest

ROOT = Path(__file__).parent.parent
GENERATED = "written by `make docs` from the code"
PREFACE = (
    "Environment variables, or lines of a `.env` file in the working directory; the environment wins. "
    "Empty is the same as absent."
)
GROUPS: tuple[tuple[str, str, type[BaseSettings]], ...] = (
    ("Models, database, retraining", "Read by `bot` and `finetune`.", finetune.settings.Settings),
    ("Slack, people, curation", "Read by `bot`.", bot.settings.Settings),
    ("Trainer", "Read by `finetune trainer`.", finetune.settings.TrainerSettings),
    ("Tickets", "Read by `finetune import gitlab`.", finetune.settings.GitLabSettings),
)


def files() -> dict[str, str]:
    """Every derived file by its path in the repository."""
    return {
        "docs/cli.md": cli(),
        "docs/settings.md": settings(),
        ".env.example": env_example(),
        "slack-manifest.json": json.dumps(manifest(), indent=2) + "\n",
    }


def cli() -> str:
    """The help of every command, as typer makes it."""
    parts = [f"# Commands\n\n<!-- {GENERATED} -->\n"]
    for name, app in (("bot", bot.cli.app), ("finetune", finetune.cli.app)):
        parts += _help(typer.main.get_command(app), name, None)
    return "\n".join(parts)


def settings() -> str:
    """A table per group of settings."""
    parts = [
        f"# Settings\n\n<!-- {GENERATED} -->\n",
        f"{PREFACE}\n",
    ]
    for title, readers, fields in _groups():
        parts += [f"## {title}\n\n{readers}\n", "| variable | default | meaning |", "|---|---|---|"]
        parts += [_row(name, field) for name, field in fields.items()]
        parts.append("")
    return "\n".join(parts)


def env_example() -> str:
    """Every variable, commented out, with what it means and a good value."""
    lines = [
        "# Copy to .env and fill in; `bot doctor` says what is missing. Lines with # keep the default.",
        f"# {GENERATED.capitalize()}.",
    ]
    for title, _, fields in _groups():
        lines += ["", f"# --- {title} ---"]
        for name, field in fields.items():
            good = _quoted(field.examples[0] if field.examples else _default(field))
            such, mark = "", "#"
            if name in NEEDED:  # what is yours alone is left empty: an example would count as set
                such, mark = ("", "") if _default(field) else (f" Such as {good}", "")
                good = _default(field)
            lines += ["", f"# {_comment(field)}{such}", f"{mark}{name.upper()}={good}"]
    return "\n".join(lines) + "\n"


# Without these a bot in a real workspace cannot start or cannot be steered.
NEEDED = frozenset(
    {
        "slack_bot_token",
        "slack_signing_secret",
        "openai_api_key",
        "chat_model",
        "base_model",
        "admins",
    }
)


def _help(command: Any, name: str, parent: typer.Context | None) -> Iterator[str]:
    """Any: typer's own command classes, which it does not export."""
    context = typer.Context(command, info_name=name, parent=parent, terminal_width=90)
    yield f"## {context.command_path}\n\n{_text(command)}\n"
    yield f"    {command.get_usage(context).removeprefix('Usage: ')}\n"
    rows = [row for each in command.get_params(context) if (row := _parameter(each, context))]
    if rows:
        yield "| | |\n|---|---|\n" + "\n".join(rows) + "\n"
    for child, found in getattr(command, "commands", {}).items():
        yield from _help(found, child, context)


def _text(command: Any) -> str:
    return "\n".join(line.strip() for line in (command.help or "").strip().splitlines())


def _parameter(parameter: Any, context: typer.Context) -> str | None:
    record = parameter.get_help_record(context)
    if record is None or parameter.name in {"help", "install_completion", "show_completion"}:
        return None
    name, meaning = record
    return f"| `{_cell(name)}` | {_cell(meaning)} |"


def _groups() -> Iterator[tuple[str, str, dict[str, FieldInfo]]]:
    """Each variable once, in the group that names it first."""
    named: set[str] = set()
    for title, readers, kind in GROUPS:
        fields = {name: field for name, field in kind.model_fields.items() if name not in named}
        named |= set(fields)
        yield title, readers, fields


def _row(name: str, field: FieldInfo) -> str:
    default = _default(field)
    shown = f"`{_cell(default)}`" if default else ""
    return f"| `{name.upper()}` | {shown} | {_cell(_meaning(field))} |"


def _meaning(field: FieldInfo) -> str:
    """What it is for, what may be chosen, and an example where no default shows one."""
    parts = [field.description or ""]
    if get_origin(field.annotation) is Literal:
        parts.append(
            "One of " + ", ".join(f"`{choice}`" for choice in get_args(field.annotation)) + "."
        )
    if field.examples:
        parts.append(f"Example: `{field.examples[0]}`")
    return " ".join(parts)


def _comment(field: FieldInfo) -> str:
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    offered = f" One of {', '.join(choices)}." if choices else ""
    return f"{field.description}{offered}"


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined:
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return value.get_secret_value() if hasattr(value, "get_secret_value") else str(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False) if " " in value or "#" in value else value


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main() -> None:
    for name, content in files().items():
        (ROOT / name).write_text(content, encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
