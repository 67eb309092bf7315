"""What makes a worse model, though every row is well formed."""

from pathlib import Path

import pytest

from finetune.check import file as checking
from finetune.check import portions, privacy
from finetune.check.identifiers import invented
from finetune.check.privacy import Privacy
from finetune.check.screen import shown
from finetune.dataset.redact import redact
from tests.unit.finetune.check.rows import TOOL, answer, call, chat, checked, user

SECRETS = [
    "write to ben@example.com",
    "my password is hunter2",
    "password: correcthorse",
    "card 4111 1111 1111 1111",
    "call 090-1234-5678",
    "電話は０９０－１２３４－５６７８です",  # noqa: RUF001 - as people write it
    "Token：abcdefgh12345",
    "my AWS secret wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY",
    "Bearer abcdefghijklmnopqrstuvwx",
    "API Key: 0123456789abcdef",
    "暗証番号：1234abcd",
    "https://u:secret99@h.com",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_the_quick_look_passes_over_nothing_that_redact_knows(secret: str) -> None:
    assert redact(secret) != secret
    assert Privacy().found(["How many days?", secret, "20 days.\n1 2 3"]) == [1]


def test_harmless_numbers_are_no_personal_data() -> None:
    assert Privacy().found(["On 2024-01-01 we had 12,345,678 yen.", "Rule 17 of 2026"]) == []


@pytest.mark.parametrize(
    "text",
    ["see #123", "see !45", "fixed by ABC-123", "at https://a.b/c/9", "in commit 3f9a2c41d"],
)
def test_an_identifier_that_the_prompt_lacks_is_invented(text: str) -> None:
    assert invented(text, ["How do I fix it?"])
    assert invented(text, ["Please", text]) is None


@pytest.mark.parametrize("text", ["UTF-8 or SHA-256", "GPT-4 does", "item 12", "C# is", "defaced"])
def test_what_looks_like_an_identifier_is_none(text: str) -> None:
    assert invented(text, ["How?"]) is None


def test_answers_with_ticket_numbers_are_counted_with_their_lines(tmp_path: Path) -> None:
    rows = [
        chat(user("What broke?"), answer("It was #4711.")),
        chat(user("Is #12 open?"), answer("#12 is open.")),
    ]
    found = checked(tmp_path, *rows)
    assert found.invented_identifiers == 1
    (warning,) = [one for one in found.warnings if one.code == "invented_identifiers"]
    assert warning.lines == (1,)


def test_repeats_near_repeats_and_conflicts_are_counted_apart(tmp_path: Path) -> None:
    long = "Please describe in your own words how the leave of a new colleague is approved here"
    found = checked(
        tmp_path,
        chat(user("How many days?"), answer("20 days.")),
        chat(user("How many days?"), answer("20 days.")),
        chat(user("How many days?"), answer("A lot, ask your own manager about it.")),
        chat(user(long + "."), answer("By the lead of the team and then by Ben.")),
        chat(user(long + "!"), answer("By the lead of the team and then by Ben.")),
    )
    assert (found.duplicates, found.conflicting_answers, found.near_duplicates) == (1, 1, 1)
    assert found.errors_total == 0


def test_examples_without_system_or_user_are_counted(tmp_path: Path) -> None:
    system = {"role": "system", "content": "Be brief."}
    found = checked(tmp_path, chat(system, user(), answer()), chat(), chat(answer()))
    assert (found.missing_system, found.missing_user) == (2, 1)


def test_fewer_than_ten_and_fewer_than_fifty_examples_are_told_apart(tmp_path: Path) -> None:
    def codes(count: int) -> set[str]:
        rows = [chat(user(f"Q{n}"), answer(f"A{n}")) for n in range(count)]
        return {warning.code for warning in checked(tmp_path, *rows).warnings}

    few = {"too_few_examples", "few_examples"}
    assert codes(9) & few == {"too_few_examples"}
    assert codes(10) & few == {"few_examples"}
    assert not codes(50) & few


def test_two_scripts_are_told_with_their_shares(tmp_path: Path) -> None:
    found = checked(tmp_path, chat(), chat(user("休暇は何日ですか？"), answer("20日です。")))
    assert found.scripts == {"Latin": 0.5, "Japanese": 0.5}
    assert "mixed_languages" in {warning.code for warning in found.warnings}


def test_metadata_and_unlisted_tools_are_warnings(tmp_path: Path) -> None:
    other = {**TOOL, "function": {"name": "other"}}
    found = checked(tmp_path, chat(user(), call(), tools=[other], metadata={"id": 7}))
    assert found.errors_total == 0
    assert {"metadata_key", "tool_not_listed"} <= {warning.code for warning in found.warnings}


def test_workers_find_what_one_process_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        chat(user(f"Question {n % 900} of the handbook?"), answer(f"It is written on page {n}."))
        for n in range(3000)
    ]
    alone = checked(tmp_path, *rows, b"{", *rows[:5])
    monkeypatch.setattr(checking, "WORTH_WORKERS", 0)
    monkeypatch.setattr(checking, "_may_fork", lambda: True)
    monkeypatch.setattr(portions, "PORTION", 50_000)
    assert checked(tmp_path, *rows, b"{", *rows[:5]) == alone
    assert alone.duplicates == 5


def test_rows_without_a_prompt_do_not_contradict_each_other(tmp_path: Path) -> None:
    rows = [{"prompt": "", "completion": text} for text in ("Once upon a time", "In the beginning")]
    assert checked(tmp_path, *rows).conflicting_answers == 0


def test_a_row_lacks_a_user_whatever_other_role_it_names(tmp_path: Path) -> None:
    boss = chat({"role": "boss", "content": "Hi"})
    found = checked(tmp_path, boss, chat(), chat({"role": "user", "content": []}, answer()))
    assert (found.missing_system, found.missing_user) == (3, 1)


def test_a_row_without_messages_lacks_nothing_else(tmp_path: Path) -> None:
    found = checked(tmp_path, {"messages": []}, chat())
    assert (found.missing_system, found.missing_user) == (1, 0)


def test_personal_data_that_was_not_all_read_is_a_lower_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [chat(user(f"Mail a{n}@example.com?"), answer("I do.")) for n in range(30)]
    assert not checked(tmp_path, *rows).personal_data_at_least
    monkeypatch.setattr(privacy, "MOST_LOOKED_AT", 20)
    found = checked(tmp_path, *rows)
    assert (found.personal_data, found.personal_data_at_least) == (20, True)
    assert any("≥ 20" in line and "at least" in line for line in shown(found))


def test_groups_of_repeats_are_counted_whole_and_listed_in_short(tmp_path: Path) -> None:
    found = checked(tmp_path, *[chat()] * 100)
    (warning,) = [one for one in found.warnings if one.code == "duplicates"]
    assert (found.duplicates, found.near_duplicates) == (99, 0)
    assert warning.lines == tuple(range(2, 22))
