"""`finetune import gitlab` with the real python-gitlab, against a GitLab over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from finetune.check.identifiers import invented
from tests.fakes.gitlab_stub import TOKEN, GitLabStub, diff, gitlab_serving
from tests.scenarios.finetune.conftest import Finetune

pytestmark = pytest.mark.anyio
GUARD = "@@ -1,3 +1,4 @@\n def pay(cart):\n+    # see #99\n-    return cart[0]\n+    return cart and cart[0]\n"
DESCRIPTION = (
    "Closes #7\n\nAn empty cart is guarded. See !12, https://wiki.example.com/x1 and 3f9a2c41."
)


@pytest.fixture
async def gitlab() -> AsyncIterator[GitLabStub]:
    async with gitlab_serving() as stub:
        yield stub


def shop(stub: GitLabStub, count: int = 25) -> None:
    for number in range(1, count + 1):
        fix = stub.merge(
            100 + number, f"Guard {number}", DESCRIPTION, diffs=[diff("pay.py", GUARD)]
        )
        stub.issue(number, f"Crash {number}", "With an empty cart.", fixed_by=[fix])


def order(stub: GitLabStub, *more: str) -> tuple[str, ...]:
    return (
        "import",
        "gitlab",
        "--url",
        stub.url,
        "--project",
        "group/shop",
        "-o",
        "t.jsonl",
        *more,
    )


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def imported(finetune: Finetune, stub: GitLabStub, *more: str) -> dict[str, Any]:
    said = await (await finetune(*order(stub, "--json", *more), GITLAB_TOKEN=TOKEN)).end()
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


async def test_a_ticket_and_the_code_before_ask_and_its_fix_answers(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab, 1)
    await imported(finetune, gitlab)
    (row,) = rows(tmp_path / "t.jsonl")
    user, assistant = row["messages"]
    assert user["content"].startswith("Crash 1\n\nWith an empty cart.")
    assert "pay.py:\n```\ndef pay(cart):\n    return cart[0]\n```" in user["content"]
    assert "return cart and cart[0]" in assistant["content"]
    assert "Labels: bug" in assistant["content"]
    assert "An empty cart is guarded." in assistant["content"]
    assert row["metadata"] == {
        "ticket": 1,
        "title": "Crash 1",
        "web_url": "https://gitlab.example.com/group/shop/-/issues/1",
        "merge_requests": ["https://gitlab.example.com/group/shop/-/merge_requests/101"],
    }


async def test_no_answer_names_what_its_question_does_not(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab, 2)
    fix = gitlab.merge(9, "Follow #55", "As #55 says, not #56.", diffs=[diff("a.py", GUARD)])
    gitlab.issue(55, "Again #55", fixed_by=[fix])
    await imported(finetune, gitlab)
    for row in rows(tmp_path / "t.jsonl"):
        user, assistant = (message["content"] for message in row["messages"])
        assert invented(assistant, [user]) is None
    assert "As #55 says" in assistant
    assert "Closes" not in assistant
    assert "# see [ticket]" in assistant


async def test_every_page_is_read_through_limits_failures_and_a_cut(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab)
    gitlab.most_per_page, gitlab.limited, gitlab.failing, gitlab.cut = 4, 3, 1, 1
    report = await imported(finetune, gitlab)
    assert report["examples"] == report["tickets"] == 25
    assert [row["metadata"]["ticket"] for row in rows(tmp_path / "t.jsonl")] == [*range(1, 26)]
    assert gitlab.limited == gitlab.failing == gitlab.cut == 0


async def test_a_killed_import_asks_again_only_about_what_was_not_done(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab)
    command = await finetune(*order(gitlab), GITLAB_TOKEN=TOKEN)
    while not any("issues/15/" in path for path in gitlab.paths):
        await asyncio.sleep(0.01)
    await command.killed()
    assert not (tmp_path / "t.jsonl").exists()
    asked = len(gitlab.paths)
    gitlab.issues[2]["updated_at"] = "2025-04-01T00:00:00Z"
    report = await imported(finetune, gitlab)
    assert report["examples"] == 25
    again = gitlab.paths[asked:]
    assert not any("issues/10/" in path for path in again)
    assert any("issues/3/" in path for path in again)  # it had changed since
    assert not (tmp_path / "t.jsonl.part").exists()


async def test_tickets_without_a_fix_to_learn_are_left_out_with_the_reason(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab, 2)
    gitlab.issue(10, "Never fixed", fixed_by=[gitlab.merge(1, "No", state="closed")])
    gitlab.issue(11, "A picture", fixed_by=[gitlab.merge(2, "Logo", diffs=[diff("a.png", "")])])
    huge = diff("big.py", "@@ -1 +1 @@\n-" + "a" * 30_000 + "\n+b\n")
    gitlab.issue(12, "Too much", fixed_by=[gitlab.merge(3, "All", diffs=[huge])])
    gitlab.issue(13, "Secret", confidential=True)
    gitlab.issue(14, "Other label", labels=["feature"])
    gitlab.issue(15, "Old", updated_at="2024-01-01T00:00:00Z")
    gitlab.issue(16, "Open", state="opened")
    related = gitlab.merge(4, "Mentioned", diffs=[diff("a.py", GUARD)])
    gitlab.issue(17, "Only related", related=[related])
    report = await imported(finetune, gitlab, "--labels", "bug", "--since", "2025-01-01")
    assert report["skipped"] == {
        "no merged merge request": 1,
        "no readable change of a text file": 1,
        "its changes are too large": 1,
    }
    assert [row["metadata"]["ticket"] for row in rows(tmp_path / "t.jsonl")] == [1, 2, 17]


async def test_secrets_are_taken_out(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    leak = f"@@ -1 +1,2 @@\n-key = '{key}'\n+key = load()\n"
    fix = gitlab.merge(1, "Rotate", "Ask ben@example.com", diffs=[diff("k.py", leak)])
    gitlab.issue(1, "Key in the code", f"It was {key}", fixed_by=[fix])
    report = await imported(finetune, gitlab)
    text = (tmp_path / "t.jsonl").read_text(encoding="utf-8")
    assert key not in text
    assert "ben@example.com" not in text
    assert report["redacted"] == 1


async def test_validation_rows_and_metadata_can_be_files_of_their_own(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab)
    more = ("--validation", "0.3", "--metadata", "file", "--system", "Fix bugs.")
    report = await imported(finetune, gitlab, *more)
    train, held = rows(tmp_path / "t.jsonl"), rows(tmp_path / "t.validation.jsonl")
    assert len(train) + len(held) == 25
    assert 2 <= len(held) <= 14
    assert all(set(row) == {"messages"} for row in train + held)
    assert train[0]["messages"][0] == {"role": "system", "content": "Fix bugs."}
    beside = rows(tmp_path / "t.metadata.jsonl")
    sides = {"train": train, "validation": held}
    for entry in beside:
        question = sides[entry["file"]][entry["line"] - 1]["messages"][1]["content"]
        assert question.startswith(entry["title"] + "\n")
    assert report["next_command"] == (
        "finetune train t.jsonl --validation t.validation.jsonl --model base"
    )


async def test_a_gitlab_of_an_older_release_gives_its_changes_otherwise(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab, 2)
    gitlab.old = True
    assert (await imported(finetune, gitlab))["examples"] == 2


async def test_without_code_the_row_is_what_was_said(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab, 1)
    await imported(finetune, gitlab, "--no-code")
    (row,) = rows(tmp_path / "t.jsonl")
    assert row["messages"][0]["content"] == "Crash 1\n\nWith an empty cart."
    assert not any("diffs" in path for path in gitlab.paths)


@pytest.mark.parametrize(
    ("token", "more", "said"),
    [
        ("glpat-wrong-wrong-wrong-wrong", (), "said 401"),
        (TOKEN, ("--project", "no/such"), "has no project no/such"),
        (TOKEN, ("--url", "http://127.0.0.1:9/x"), "cannot be reached"),
        (TOKEN, ("--url", "gitlab.example.com"), "needs https://"),
        (TOKEN, ("--labels", "none"), "no training row came of 0 closed tickets"),
    ],
)
async def test_what_cannot_be_done_is_one_line_without_the_token(
    finetune: Finetune, gitlab: GitLabStub, token: str, more: tuple[str, ...], said: str
) -> None:
    shop(gitlab, 1)
    ended = await (await finetune(*order(gitlab, *more), GITLAB_TOKEN=token)).end()
    assert ended.code == 1
    assert said in ended.err.splitlines()[-1] or said in ended.err
    assert "Traceback" not in ended.err
    assert token not in ended.err + ended.out


async def test_a_redirect_to_another_host_does_not_take_the_token_along(
    finetune: Finetune, gitlab: GitLabStub
) -> None:
    shop(gitlab, 1)
    gitlab.moved_to = "localhost"
    ended = await (await finetune(*order(gitlab), GITLAB_TOKEN=TOKEN)).end()
    assert ended.code == 1
    assert gitlab.tokens == {"127.0.0.1": {TOKEN}, "localhost": {None}}


async def test_sigterm_ends_an_import_that_leaves_nothing_but_what_is_done(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab)
    (tmp_path / ".t.jsonl.killed.part").write_text("of an import that was killed")
    command = await finetune(*order(gitlab), GITLAB_TOKEN=TOKEN)
    while not any("issues/5/" in path for path in gitlab.paths):
        await asyncio.sleep(0.01)
    command.process.terminate()
    said = await command.end()
    assert said.code == 143
    assert "goes on from there" in said.err
    assert "Traceback" not in said.err
    assert {path.name for path in tmp_path.iterdir() if "t.jsonl" in path.name} == {"t.jsonl.part"}


async def test_a_label_that_names_no_ticket_leaves_nothing_that_forbids_the_right_one(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    shop(gitlab, 1)
    said = await (await finetune(*order(gitlab, "--labels", "bgu"), GITLAB_TOKEN=TOKEN)).end()
    assert said.code == 1
    assert "goes on" not in said.err
    assert (await imported(finetune, gitlab, "--labels", "bug"))["examples"] == 1


async def test_drafts_and_confidential_tickets_are_left_out_unless_asked_for(
    finetune: Finetune, gitlab: GitLabStub, tmp_path: Path
) -> None:
    gitlab.filters_confidential = False  # as an older GitLab, which does not know the parameter
    draft = gitlab.merge(1, "Draft", draft=True, diffs=[diff("a.py", GUARD)])
    gitlab.issue(1, "By a draft", fixed_by=[draft])
    fix = gitlab.merge(2, "Fix", diffs=[diff("a.py", GUARD)])
    gitlab.issue(2, "Secret", confidential=True, fixed_by=[fix])
    gitlab.issue(3, "Plain", fixed_by=[fix])
    assert (await imported(finetune, gitlab))["examples"] == 1
    more = ("--drafts", "--confidential", "-o", "all.jsonl")
    assert (await imported(finetune, gitlab, *more))["examples"] == 3
