"""Refusals of `finetune`: exit code 1 and one line on stderr, 2 for wrong usage, stdout empty."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from finetune.cli import app

ROW = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


@pytest.fixture(autouse=True)
def environment(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, an empty store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))


def refusal(*arguments: str, code: int = 1, **environment: str) -> str:
    result = CliRunner().invoke(app, arguments, env=environment)
    assert result.exit_code == code
    assert result.stdout == ""
    return result.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("runs", "nothing"), "no run nothing in this workspace"),
        (("runs", "nothing", "--follow"), "no run nothing in this workspace"),
        (("promote",), "no run is under way"),
        (("cancel", "--json"), "no run is under way"),
        (("rollback",), "there is no promoted model to roll back from"),
        (("train",), "0 approved examples to train on; 10 are needed (RETRAIN_MIN_EXAMPLES)"),
        (("import", "none.jsonl"), "cannot read none.jsonl: No such file or directory"),
        (("export", "--output", "no/file"), "cannot write no/file: No such file or directory"),
        (
            ("pretrain", "none.jsonl", "--name", "x"),
            "cannot read none.jsonl: No such file or directory",
        ),
    ],
)
def test_a_refusal_is_one_line_and_ends_with_1(arguments: tuple[str, ...], reason: str) -> None:
    assert refusal(*arguments).strip() == f"finetune: {reason}"


@pytest.mark.parametrize("arguments", [("runs", "--follow"), ("nonsense",), ("import",)])
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    assert "Usage: " in refusal(*arguments, code=2)


def test_a_bad_setting_is_named() -> None:
    assert refusal("runs", POLL_SECONDS="soon").startswith("finetune: POLL_SECONDS: ")
    assert refusal("runs", REDIS_URL="localhost").startswith("finetune: REDIS_URL: ")


def test_an_absent_database_is_named() -> None:
    assert refusal("runs", REDIS_URL="redis://127.0.0.1:9/0").startswith("finetune: Redis: ")


def test_debug_shows_where_it_happened() -> None:
    result = CliRunner().invoke(app, ["runs", "--debug"], env={"REDIS_URL": "localhost"})
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "InputError: REDIS_URL" in result.stderr


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"messages": [{"role": "boss", "content": "q"}]}', "line 2: role: Input should be"),
        ('{"messages": []}', "line 2 needs"),
        ("not json", "line 2 is not JSON"),
        ('{"messages": [{"role": "user", "content": "q"}]}', "row 2: an example needs a question"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(line: str, reason: str) -> None:
    Path("rows.jsonl").write_text(f"{json.dumps(ROW)}\n{line}\n")
    assert reason in refusal("import", "rows.jsonl")
    listed = CliRunner().invoke(app, ["export", "--json"])
    assert json.loads(listed.stdout) == {"examples": []}


def test_with_several_workspaces_one_must_be_chosen() -> None:
    Path("rows.jsonl").write_text(json.dumps(ROW))
    for team in ("T1", "T2"):
        arguments = ["import", "rows.jsonl", "--workspace", team]
        assert CliRunner().invoke(app, arguments).exit_code == 0
    assert refusal("runs") == "finetune: choose one with --workspace: T1, T2\n"


def test_a_table_is_prepared_and_imported_and_goes_out_in_every_format() -> None:
    Path("faq.csv").write_text("question,answer\nWhy?,So.\nWhy?,So.\nHow?,Thus.\n")
    assert "nobody to ask" in refusal("import", "faq.csv")
    run = CliRunner().invoke
    found = run(app, ["import", "faq.csv", "--yes", "--json"])
    assert json.loads(found.stdout)["new"] == 2
    assert "duplicates (1): rows that were there before" in found.stderr
    again = run(app, ["import", "faq.csv", "--yes", "--json"])
    assert json.loads(again.stdout)["known"] == 2
    for kind, start in (("csv", b"\xef\xbb\xbf"), ("parquet", b"PAR1"), ("huggingface", b"PK")):
        assert run(app, ["export", "--format", kind, "--output", kind]).exit_code == 0
        assert Path(kind).read_bytes().startswith(start)
    assert len(run(app, ["export", "--text", "why"]).stdout.splitlines()) == 1
    assert run(app, ["export", "--status", "pending"]).stdout == ""
