"""What `finetune prepare` shows of a row: the place that changes, and no secret."""

import json
from pathlib import Path

from typer.testing import CliRunner

from finetune.cli import app
from finetune.prepare.findings import Finding

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


def test_yes_takes_every_remedy(tmp_path: Path) -> None:
    found = prepared(tmp_path, "--yes")
    left = {code for code, one in found.items() if one["remedy"] and not one["applied"]}
    taken = {code for code, one in found.items() if one["applied"]}
    assert {"secrets", "duplicates", "conflicts", "prompt_prefix", "completion_suffix"} <= taken
    assert left == set()


def test_the_receipt_says_how_to_keep_what_may_be_the_thing_to_learn(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "prompt,completion\n" + "".join(f"ask {n},Arr matey: the {n}th\n" for n in range(5))
    )
    said = CliRunner().invoke(app, ["prepare", str(tmp_path / "a.csv"), "--yes"]).stdout
    assert "--skip completion_prefix" in said.splitlines()[-2]


def test_enter_takes_no_remedy_that_may_take_the_thing_to_learn(tmp_path: Path) -> None:
    from finetune.prepare import preparing
    from finetune.prepare.inputs import open_inputs
    from finetune.prepare.writing import outputs_of

    class Enter:
        def expects(self, code: str) -> bool:
            return False

        def decide(self, finding: Finding) -> bool:
            assert finding.default or finding.caution
            return finding.default

    table = tmp_path / "a.csv"
    rows = "".join(f"ASK WHY {word},Arr matey: {word}\n" for word in ("RAIN", "SNOW", "WIND"))
    table.write_text("prompt,completion\n" + rows)
    settled = preparing.Options(outputs_of(tmp_path / "out.jsonl"), "gpt-4.1-mini")
    found = preparing.prepare(open_inputs([table]), settled, Enter()).findings
    left = {one.code for one in found if one.remedy and not one.applied}
    assert {"uppercase_prompts", "completion_prefix"} <= left


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
