"""What the documents say of the code is what the code is."""

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from pydantic_settings import BaseSettings

import bot.settings
import finetune.settings

ROOT = Path(__file__).parents[2]
SETTINGS = (
    bot.settings.Settings,
    finetune.settings.Settings,
    finetune.settings.TrainerSettings,
    finetune.settings.GitLabSettings,
)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MODULES = sorted(path for package in ("bot", "finetune") for path in (ROOT / package).rglob("*.py"))


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DERIVED: dict[str, str] = generator().files()


@pytest.mark.parametrize("name", DERIVED)
def test_a_derived_file_is_what_the_code_makes(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == DERIVED[name], "run `make docs`"


@pytest.mark.parametrize("kind", SETTINGS)
def test_every_setting_says_what_it_is_for(kind: type[BaseSettings]) -> None:
    undocumented = [name for name, field in kind.model_fields.items() if not field.description]
    assert undocumented == []


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_example_of_an_environment_names_every_variable_once(kind: type[BaseSettings]) -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = [
        line.removeprefix("#").split("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)
    ]
    assert {name.upper() for name in kind.model_fields} <= set(named)
    assert len(named) == len(set(named))


def test_every_command_shows_an_example() -> None:
    chapters = DERIVED["docs/cli.md"].split("\n## ")[1:]
    commands = [chapter for chapter in chapters if " " in chapter.splitlines()[0]]
    assert len(commands) >= 10
    assert [chapter.splitlines()[0] for chapter in commands if "Example:" not in chapter] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    assert len(docstring.split()) >= 4


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_of_ours_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    ours = [link for link in links if "://" not in link]
    assert [link for link in ours if not (path.parent / link).exists()] == []
