"""What `finetune prepare` shows of a row: the place that changes, and no secret."""

import json
from pathlib import Path

from typer.testing import CliRunner

from finetune.cli import app

ROWS = """prompt,completion
Customer question: where is my mail me@example.com ###,The parcel arrives on Monday. Kind regards
Customer question: what does it cost at the very end of this year ###,Ten euros. Kind regards
Customer question: may I return it ###,Of course you may. Kind regards
Customer question: may I return it ###,Of course you may. Kind regards
Customer question: is it blue ###,
Customer question: what does it cost at the very end of this year ###,Twenty. Kind regards
"""


def prepared(folder: Path, *options: str) -> dict[str, dict[str, object]]:
    table = folder / "table.csv"
    table.write_text(ROWS)
    out = folder / "out.jsonl"
    shown = CliRunner().invoke(app, ["prepare", str(table), "-o", str(out), "--json", *options])
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.stdout)
    left = [code["code"] for code in document["findings"] if code["remedy"] and not code["applied"]]
    assert document["not_applied"] == left
    return {finding["code"]: finding for finding in document["findings"]}


def test_yes_takes_every_remedy_but_those_it_names(tmp_path: Path) -> None:
    found = prepared(tmp_path, "--yes")
    left = {code for code, one in found.items() if one["remedy"] and not one["applied"]}
    taken = {"secrets", "empty_completion", "duplicates", "conflicts", "prompt_prefix"}
    assert taken <= {code for code, one in found.items() if one["applied"]}
    assert left == {"completion_suffix"}


def test_an_example_of_another_finding_shows_no_address(tmp_path: Path) -> None:
    found = prepared(tmp_path, "--yes")
    assert found["prompt_suffix"]["example"] is not None
    assert "me@example.com" not in json.dumps(list(found.values()))


def test_an_example_shows_the_end_when_the_end_changes(tmp_path: Path) -> None:
    example = prepared(tmp_path, "--yes")["prompt_suffix"]["example"]
    assert isinstance(example, dict)
    assert example["before"] == f"{example['after']} ###"
    assert example["before"].startswith("…")


def test_a_stop_text_begins_with_a_whole_word(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "prompt,completion\na ->,It is sunny Bye\nb ->,It is funny Bye\nc ->,He is many Bye\n"
    )
    command = ["prepare", str(tmp_path / "a.csv"), "--yes", "--json", "--legacy-completion"]
    shown = CliRunner().invoke(app, command)
    assert json.loads(shown.stdout)["stop"] == " Bye"


def test_a_row_that_differs_by_a_letter_is_near_and_one_that_is_the_same_is_not(
    tmp_path: Path,
) -> None:
    said = "When will the large parcel that I ordered last week arrive at our office"
    rows = [f"{said}?,On Monday morning.", f"{said}!,On Monday morning."]
    (tmp_path / "a.csv").write_text("\n".join(["prompt,completion", *rows, rows[0]]) + "\n")
    command = ["prepare", str(tmp_path / "a.csv"), "--yes", "--json"]
    found = json.loads(CliRunner().invoke(app, command).stdout)["findings"]
    rows_of = {one["code"]: one["rows"] for one in found}
    assert (rows_of["near_duplicates"], rows_of["duplicates"]) == ([3], [4])
