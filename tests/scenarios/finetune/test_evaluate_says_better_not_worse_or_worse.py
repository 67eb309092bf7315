"""`finetune evaluate`: a verdict with its numbers, by answers, by a judge, by labels."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import Finetune

pytestmark = pytest.mark.anyio
LABELS = ("baseball", "hockey")


def number(messages: list[dict[str, Any]]) -> int:
    return int(messages[-1]["content"].split()[1])


def knows(model: str, messages: list[dict[str, Any]]) -> str:
    """`new` knows all, `old` half, `bad` nothing."""
    n = number(messages)
    right = {"new": True, "old": n % 2 == 0, "bad": False}[model]
    return f"Rule {n} says {n * 7}." if right else "I do not know."


@pytest.fixture
def evaluate(finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path) -> Callable[..., Any]:
    openai_stub.answer = knows
    rows = [{"prompt": f"Rule {n} ?", "completion": f"Rule {n} says {n * 7}."} for n in range(30)]
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    mails = [{"prompt": f"Mail {n} ?", "completion": " " + LABELS[n % 2]} for n in range(20)]
    (tmp_path / "mails.jsonl").write_text("".join(json.dumps(row) + "\n" for row in mails))

    async def evaluate(*arguments: str, cases: str = "cases.jsonl", code: int = 0) -> Any:
        command = await finetune("evaluate", "--cases", cases, "--json", *arguments)
        said = await command.end()
        assert said.code == code, said
        return json.loads(said.out) if said.out else said.err

    return evaluate


async def test_a_better_candidate_is_better_with_interval_and_p(
    evaluate: Callable[..., Any],
) -> None:
    found = await evaluate("--candidate", "new", "--champion", "old")
    assert (found["candidate"], found["champion"], found["verdict"]) == ("new", "old", "better")
    match = found["metrics"]["normalised_match"]
    assert (match["candidate"], match["champion"], match["difference"]) == (1.0, 0.5, 0.5)
    assert match["p"] == pytest.approx(2 / 2**15)
    low, high = match["interval"]
    assert 0.3 < low < 0.5 < high < 0.7
    assert {"exact_match", "chrf", "edit_similarity"} < set(found["metrics"])
    assert found["reasons"][0].startswith("normalised_match 1.000 against 0.500 on 30 cases")


async def test_a_worse_candidate_is_worse_and_fails_only_where_asked(
    evaluate: Callable[..., Any],
) -> None:
    found = await evaluate("--candidate", "bad", "--champion", "old")
    assert found["verdict"] == "worse"
    failed = await evaluate("--candidate", "bad", "--champion", "old", "--fail-if-worse", code=1)
    assert failed["verdict"] == "worse"


async def test_constraints_are_counted_for_both(evaluate: Callable[..., Any]) -> None:
    found = await evaluate(
        "--candidate", "new", "--champion", "old",
        "--constraint", "regex=^Rule", "--constraint", "lines=1",
    )  # fmt: skip
    assert found["metrics"]["regex=^Rule"]["difference"] == 0.5
    assert found["metrics"]["lines=1"]["difference"] == 0.0


async def test_a_judge_is_asked_in_both_orders_and_must_agree(
    evaluate: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    def judge(model: str, messages: list[dict[str, Any]]) -> str:
        """Sees what is right in the first ten cases, and takes the first of the others."""
        if model != "judge":
            return knows(model, messages)
        text = messages[-1]["content"]
        first = text.split("<answer_A>\n")[1].startswith("Rule")
        return ("A" if first else "B") if int(text.split()[2]) < 10 else "A"

    openai_stub.answer = judge
    found = await evaluate("--candidate", "new", "--champion", "old", "--judge", "judge")
    asked = [chat for chat in openai_stub.chats if chat.model == "judge"]
    assert len(asked) == 30  # fifteen answers differ
    assert found["primary"] == "judge"
    metric = found["metrics"]["judge"]
    assert (metric["gained"], metric["lost"], metric["n"]) == (5, 0, 30)
    bias = found["position_bias"]
    assert (bias["disagreements"], bias["judged"]) == (10, 15)
    assert bias["first_chosen"] == pytest.approx((5 + 20) / 30)


def sure(model: str, messages: list[dict[str, Any]]) -> dict[str, float]:
    """Right, and the surer the higher the number; `old` is wrong for every third mail."""
    n = number(messages)
    right, wrong = LABELS[n % 2], LABELS[1 - n % 2]
    if model == "old" and n % 3 == 0:
        right, wrong = wrong, right
    return {f" {right}": 0.6 + n / 100, f" {wrong}": 0.3, " the": 0.01}


def label(model: str, messages: list[dict[str, Any]]) -> str:
    return next(iter(sure(model, messages)))


async def test_labels_of_a_legacy_model_are_classified_by_log_probabilities(
    evaluate: Callable[..., Any], openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer, openai_stub.chances = label, sure
    openai_stub.legacy_models = {"new", "old"}
    found = await evaluate(
        "--candidate", "new", "--champion", "old", "--legacy-completion", "--plot", "roc.png",
        cases="mails.jsonl",
    )  # fmt: skip
    assert (found["accuracy"], found["precision"], found["recall"], found["f1"]) == (1, 1, 1, 1)
    assert (found["auroc"], found["auprc"]) == (1.0, pytest.approx(1.0))
    assert found["confusion"] == {"labels": list(LABELS), "matrix": [[10, 0], [0, 10]]}
    old = found["champion_classification"]
    assert old["accuracy"] == found["metrics"]["accuracy"]["champion"] == pytest.approx(13 / 20)
    assert old["auroc"] < 1
    assert found["primary"] == "accuracy"
    assert (tmp_path / "roc.png").read_bytes().startswith(b"\x89PNG")
    body = openai_stub.chats[0].body
    assert body["prompt"].endswith(" ? ->")
    assert (body["stop"], body["logprobs"]) == ([" END"], 5)
    assert body["max_tokens"] <= 2


async def test_a_chat_model_classifies_alone_and_without_log_probabilities(
    evaluate: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    openai_stub.answer = lambda model, messages: f"It is {label('new', messages).strip()}."
    openai_stub.refused_params = {"logprobs"}
    found = await evaluate("--candidate", "new", "--positive", "hockey", cases="mails.jsonl")
    assert (found["accuracy"], found["auroc"], found["verdict"]) == (1.0, None, None)
    assert (found["positive"], found["champion"]) == ("hockey", None)


async def test_people_see_tables_and_a_verdict(
    finetune: Finetune, evaluate: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    openai_stub.answer, openai_stub.refused_params = label, {"logprobs"}
    command = await finetune(
        "evaluate", "--candidate", "new", "--champion", "old", "--cases", "mails.jsonl"
    )
    said = await command.end()
    assert said.code == 0, said
    assert "wanted \\ answered" in said.out
    assert "Verdict: better" in said.out
    assert "no AUROC" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--champion", "old", "--constraint", "words=3"), "is no constraint"),
        (("--classification",), "name them with --classes"),
        (("--classes", "a,b", "--positive", "c"), "none of a, b"),
        (("--champion", "gone"), "does not exist"),
    ],
)
async def test_what_cannot_be_evaluated_is_one_line(
    evaluate: Callable[..., Any], openai_stub: OpenAIStub, arguments: tuple[str, ...], said: str
) -> None:
    openai_stub.unknown_models = {"gone"}
    refused = await evaluate("--candidate", "new", *arguments, code=1)
    assert said in refused
    assert refused.count("\n") == 1


async def test_cases_without_wanted_answers_need_something_to_measure(
    evaluate: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "plain.txt").write_text("Rule 1 ?\nRule 2 ?\n")
    arguments = ("--candidate", "new", "--champion", "old")
    refused = await evaluate(*arguments, cases="plain.txt", code=1)
    assert "holds no wanted answers; give --constraint, or --judge" in refused
    found = await evaluate(*arguments, "--constraint", "regex=Rule", cases="plain.txt")
    assert (found["primary"], found["verdict"]) == ("regex=Rule", "not_worse")


async def test_each_case_can_be_read_again(evaluate: Callable[..., Any], tmp_path: Path) -> None:
    arguments = ("--candidate", "new", "--champion", "old", "-o", "results.jsonl")
    await evaluate(*arguments)
    rows = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text().splitlines()]
    assert len(rows) == 30
    assert rows[1]["question"] == "Rule 1 ?"
    assert rows[1]["wanted"] == rows[1]["answers"]["new"] == "Rule 1 says 7."
    assert rows[1]["answers"]["old"] == "I do not know."
    assert rows[1]["metrics"]["exact_match"] == {"new": 1.0, "old": 0.0}
    assert "never overwritten" in await evaluate(*arguments, code=1)


async def test_a_judge_that_talks_nonsense_is_counted_and_decides_nothing(
    evaluate: Callable[..., Any], openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = lambda model, messages: (
        "I win: A" if model == "judge" else knows(model, messages)
    )
    found = await evaluate(
        "--candidate", "bad", "--champion", "new", "--judge", "judge", "-o", "judged.jsonl"
    )
    assert (found["verdict"], found["primary"]) == ("worse", "normalised_match")
    assert found["position_bias"]["unreadable"] == 60
    rows = [json.loads(line) for line in (tmp_path / "judged.jsonl").read_text().splitlines()]
    assert [row["judge"] for row in rows] == [0] * 30
