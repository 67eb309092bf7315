"""What the page shows is held against what its commands really print."""

from pathlib import Path

import pytest

from tests.documented import Command, Script, Shell, chapters, plain_environment, rewritten, same

PAGE = """# Title

## One

```console
$ export NAME=Tom
$ echo "Hello, $NAME" && \\
    echo to stderr >&2
Hello, Tom
to stderr
```

```python
# add.py
print(2 + 3)
```

```console
$ python add.py
5
$ false
(exit code 1)
```

## Prose only

## Two

```console
$ echo "Hello, $NAME"
Hello,
```
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path, plain_environment(tmp_path / "home"))


def played(shell: Shell, page: str, chapter: int = 0) -> list[tuple[Command, str]]:
    printed = []
    for step in chapters(page)[chapter].steps:
        if isinstance(step, Script):
            shell.write(step)
        else:
            printed.append((step, shell.run(step.text)))
    return printed


def agree(shown: str, printed: str, *, trained: bool = False) -> bool:
    return same(Command("", shown, 0, 0, trained), printed) is not None


def wrong(printed: list[tuple[Command, str]]) -> list[str]:
    return [command.text for command, text in printed if same(command, text) is None]


def test_a_page_that_says_what_is_printed_is_right(shell: Shell) -> None:
    assert wrong(played(shell, PAGE)) == []


def test_chapters_without_commands_are_left_out() -> None:
    assert [chapter.title for chapter in chapters(PAGE)] == ["One", "Two"]


def test_an_export_ends_with_its_chapter(shell: Shell) -> None:
    assert wrong(played(shell, PAGE, chapter=1)) == []


@pytest.mark.parametrize(
    ("before", "after", "command"),
    [
        ("\nHello, Tom\n", "\nHello, Tim\n", "echo"),
        ("\n5\n", "\n6\n", "python"),
        ("\n(exit code 1)\n", "\n", "false"),
        ("\nto stderr\n", "\n", "echo"),
        ("\n5\n", "\n5\n5\n", "python"),
        ("print(2 + 3)", "print(2 + 4)", "python"),
    ],
)
def test_one_changed_word_is_noticed(shell: Shell, before: str, after: str, command: str) -> None:
    (found,) = wrong(played(shell, PAGE.replace(before, after)))
    assert found.startswith(command)


def test_a_page_is_rewritten_with_what_was_printed(shell: Shell) -> None:
    stale = PAGE.replace("\n5\n", "\nsix\nseven\n").replace("\n(exit code 1)\n", "\n")
    assert rewritten(stale, played(shell, stale)) == PAGE


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("job ftjob-1a is queued", "job ftjob-9f00-b is queued"),
        ("took 3.2 s", "took 14 s"),
        ("p50 200 ms    12", "p50 90 ms     12"),
        ("at 2026-11-21 10:00", "at 2027-01-02 23:59"),
        ("first\n…\nlast", "first\nsecond\nthird\nlast"),
        ("…", "anything"),
    ],
)
def test_what_differs_from_run_to_run_may_differ(shown: str, printed: str) -> None:
    assert agree(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("12 rows", "13 rows"),
        ("12 rows  a", "12 rows a"),
        ("accuracy 0.95", "accuracy 0.96"),
        ("job ftjob-1 is queued", "job ftjob-1 is running"),
        ("step 3, loss 0.231", "step 4, loss 0.231"),
        ("first\n…\nlast", "first\nsecond"),
        ("first … last", "first second last"),
        ("", "something"),
        ("ftjob-1 after ftjob-1", "ftjob-2 after ftjob-3"),
        ("took 3.2 s", "took ftjob-1"),
        ("step 3, loss 0.231", "step 3, loss 0.1"),
    ],
)
def test_everything_else_may_not(shown: str, printed: str) -> None:
    assert not agree(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        ("step 3/12: loss 0.231", "step 4/20: loss 0.1", True),
        ("0.1 ┤⠤⢴", "0.3 ┤⠉⠢", True),
        ("step 3: loss 0.231", "step 3: cost 0.231", False),
        ("1 row\n2 rows", "1 row", False),
    ],
)
def test_of_real_training_the_words_count(shown: str, printed: str, alike: bool) -> None:
    assert agree(shown, printed, trained=True) is alike


def test_an_id_in_a_command_is_that_of_the_run_under_way(shell: Shell) -> None:
    page = PAGE.replace("\n5\n", "\n5\n$ echo made ftjob-new\nmade ftjob-old\n")
    made = next(step for step in chapters(page)[0].steps if "made" in getattr(step, "text", ""))
    assert isinstance(made, Command)
    shell.ids = same(made, shell.run(made.text)) or {}
    assert shell.ids == {"ftjob-old": "ftjob-new"}
    assert shell.run("printf %s ftjob-old | wc -c; echo ftjob-new") == "9\nftjob-old"


def test_a_block_must_start_with_a_command() -> None:
    with pytest.raises(ValueError, match="line 4"):
        chapters("## One\n\n```console\noutput alone\n```\n")
