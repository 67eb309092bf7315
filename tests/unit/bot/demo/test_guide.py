"""The page's tour teaches the lesson that is next."""

import json
import re
from pathlib import Path

import pytest

from bot.demo import guide, handbook
from bot.demo.handbook import Lesson
from bot.sandbox.tour import read_tour
from bot.slack.blocks.run import summary
from finetune import Run, RunState

LESSONS = [Lesson(each.question, each.new) for each in handbook.corrections()]
ODD = Lesson("Where is {ANSWER}?", "Room 5+ (left) costs $3.50 [a|b] {x} /y\\z^")


@pytest.mark.parametrize("lesson", [*LESSONS, ODD], ids=lambda lesson: lesson.question)
def test_the_page_can_play_it_and_it_names_question_and_answer(
    tmp_path: Path, lesson: Lesson
) -> None:
    guide.write_guide(tmp_path / "tour.json", lesson)
    steps = {step["id"].rpartition("-")[0]: step for step in read_tour(tmp_path / "tour.json")}
    assert steps["ask"]["hint"] == {"type": f"@apprentice {lesson.question}"}
    assert steps["ask-again"]["hint"] == steps["ask"]["hint"]
    assert f"`{lesson.question}`" in steps["ask"]["text"]
    assert f"`{lesson.answer}`" in steps["correct"]["text"]


@pytest.mark.parametrize(
    ("lesson", "old"),
    [*zip(LESSONS, [each.old for each in handbook.corrections()], strict=True), (ODD, "Room 55")],
)
def test_the_last_answer_is_recognised_and_the_old_one_is_not(lesson: Lesson, old: str) -> None:
    pattern = guide.steps(lesson)[-2]["done"]["message_matches"]
    assert re.fullmatch(pattern, lesson.answer)
    assert not re.search(pattern, old)


@pytest.mark.parametrize("state", list(RunState))
def test_the_training_is_over_when_the_run_says_promoted_and_not_before(state: RunState) -> None:
    pattern = guide.steps(LESSONS[0])[-3]["done"]["message_matches"]
    run = Run(
        run_id="run-1",
        state=state,
        requested_by="U0ADMIN001",
        created_at=0,
        updated_at=0,
        base_model="base",
    )
    told = summary(run)
    assert bool(re.search(pattern, told)) is (state is RunState.PROMOTED), told


def test_a_page_begins_anew_with_a_new_lesson_only() -> None:
    """It remembers how far it is by the ids of the steps."""

    def ids(lesson: Lesson) -> set[str]:
        return {step["id"] for step in guide.steps(lesson)}

    assert ids(LESSONS[0]) == ids(LESSONS[0])
    assert ids(LESSONS[0]).isdisjoint(ids(LESSONS[1]))


def test_nothing_of_the_template_is_left_unfilled() -> None:
    for step in guide.steps(LESSONS[0]):
        assert not re.search(r"\{[A-Z_]+\}", json.dumps(step))
