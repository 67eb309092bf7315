"""docs/workflows.md: each chapter's commands are run, and print what the page shows."""

import os
from pathlib import Path

import pytest

from tests.documented import Chapter, Command, Script, chapters, rewritten, same
from tests.scenarios.workflows.conftest import PAGE, OpenShell

UPDATE = os.environ.get("UPDATE_WORKFLOWS") == "1"


def found(page: Path = PAGE) -> dict[str, Chapter]:
    every = chapters(page.read_text(encoding="utf-8"))
    return {chapter.title[0]: chapter for chapter in every}


def test_the_page_has_the_five_workflows() -> None:
    assert "".join(found()) == "ABCDE"


@pytest.mark.timeout(600)  # dozens of processes, and models that are trained
@pytest.mark.parametrize("letter", "ABCDE")
def test_a_workflow_prints_what_is_documented(letter: str, open_shell: OpenShell) -> None:
    shell = open_shell(letter)
    printed: list[tuple[Command, str]] = []
    for step in found()[letter].steps:
        if isinstance(step, Script):
            shell.write(step)
            continue
        text = shell.run(step.text)
        printed.append((step, text))
        ids = same(step, text)
        shell.ids = (ids or {}) | shell.ids
        if not UPDATE:
            assert ids is not None, f"$ {step.text}\n{text}\n\nthe page says:\n{step.shown}"
    if UPDATE:
        PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), printed), encoding="utf-8")
