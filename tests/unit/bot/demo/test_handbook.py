"""The seeds of the demo are what the tour needs."""

from itertools import combinations

from rapidfuzz import fuzz

from bot.demo import handbook
from bot.demo.handbook import Lesson


def test_there_are_sixty_questions_in_two_languages() -> None:
    questions = handbook.questions()
    assert len(questions) == 60
    assert sum(not question.isascii() for question in questions) == 20


def test_no_two_questions_are_alike() -> None:
    nearest = max(combinations(handbook.questions(), 2), key=lambda pair: fuzz.ratio(*pair))
    assert fuzz.ratio(*nearest) < 75, nearest


def test_answers_are_short_and_distinct() -> None:
    answers = [answer.content for _, answer in handbook.rows()]
    assert len(set(answers)) == len(answers)
    assert max(len(answer.split()) for answer in answers) <= 25


def test_every_correction_changes_a_fact_of_the_handbook() -> None:
    facts = {question.content: answer.content for question, answer in handbook.rows()}
    assert len(handbook.corrections()) >= 4
    for correction in handbook.corrections():
        assert facts[correction.question] == correction.old
        assert correction.new != correction.old


def test_a_tour_teaches_the_first_change_that_the_model_does_not_know() -> None:
    known = {question.content: answer.content for question, answer in handbook.rows()}
    first, second, *_ = handbook.corrections()
    assert handbook.lesson(known) == Lesson(first.question, first.new)
    known[first.question] = first.new
    assert handbook.lesson(known) == Lesson(second.question, second.new)


def test_a_model_that_knows_every_change_is_taught_what_it_was_never_told() -> None:
    known = {correction.question: correction.new for correction in handbook.corrections()}
    question = handbook.corrections()[0].question
    told = {known[question]}
    for _ in range(5):
        taught = handbook.lesson(known)
        assert taught.question == question
        assert taught.answer not in told
        told.add(taught.answer)
        known[question] = taught.answer


def test_a_fact_the_model_has_forgotten_is_taught_again() -> None:
    known = {
        correction.question: "I have not been taught this." for correction in handbook.corrections()
    }
    first = handbook.corrections()[0]
    assert handbook.lesson(known) == Lesson(first.question, first.new)
