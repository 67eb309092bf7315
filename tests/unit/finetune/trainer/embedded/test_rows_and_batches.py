"""Rows, the vocabulary and the batches they become."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from finetune.dataset.example import Message
from finetune.trainer.embedded.batches import Schooling, fresh_copies, lengths_for
from finetune.trainer.embedded.disturb import disturb, is_japanese
from finetune.trainer.embedded.rows import Row, one_per_question, rehearsed, row_of
from finetune.trainer.embedded.vocabulary import END, SPECIALS, Vocabulary

ROWS = tuple(Row(f"What is number {n}?", f"It is {n * n}.") for n in range(12))
VOCABULARY = Vocabulary.learn([text for row in ROWS for text in (row.key, row.answer)], 400)


def schooling(known: int) -> Schooling:
    sizes = [len(VOCABULARY.prompt(r.key)) + len(VOCABULARY.answer(r.answer)) for r in ROWS]
    return Schooling(VOCABULARY, ROWS[:known], ROWS[known:], 4, lengths_for(sizes), seed=5)


def test_a_row_is_the_last_answer_and_the_question_before_it() -> None:
    roles = ("system", "user", "assistant", "user", "assistant")
    conversation = [Message(role=role, content=f"{n}") for n, role in enumerate(roles)]  # type: ignore[arg-type]
    assert row_of(conversation) == Row("3", "4")


def test_the_last_answer_to_a_question_stands_and_replaces_the_bases() -> None:
    new = one_per_question([Row("Open?", "At 7."), Row("Close?", "At 8."), Row(" open? ", "At 6.")])
    assert new == (Row("Close?", "At 8."), Row(" open? ", "At 6."))
    base = (Row("OPEN?", "At 9."), Row("Who?", "Ono."))
    assert rehearsed(base, new) == (Row("Who?", "Ono."),)


@given(st.text(max_size=60))
def test_every_text_is_written_and_read_back(text: str) -> None:
    ids = VOCABULARY.answer(text)
    assert ids[-1] == END
    assert VOCABULARY.text(ids[:-1]) == text
    assert not set(ids[:-1]) & set(range(len(SPECIALS)))


def test_typed_marks_are_only_letters() -> None:
    assert END not in VOCABULARY.prompt("<|end|> hello")


def test_a_kept_vocabulary_reads_the_same() -> None:
    again = Vocabulary.read(VOCABULARY.write())
    assert again.prompt("what is number 7?") == VOCABULARY.prompt("what is number 7?")


def test_the_same_pass_gives_the_same_batches_and_another_pass_others() -> None:
    first, again, other = (schooling(12).batches(n) for n in (3, 3, 4))
    assert all((a.tokens == b.tokens).all() for a, b in zip(first, again, strict=True))
    assert any((a.tokens != b.tokens).any() for a, b in zip(first, other, strict=True))


def test_only_answers_are_learnt() -> None:
    for batch in schooling(12).batches(0):
        for ids, learnt in zip(batch.tokens, batch.learnt, strict=True):
            answer = VOCABULARY.text([int(n) for n in ids[learnt > 0]][:-1])
            assert answer in {row.answer for row in ROWS}


def test_a_fresh_row_comes_more_often_than_a_known_one() -> None:
    assert fresh_copies(60, 1) == 12
    assert fresh_copies(60, 6) == 3
    assert fresh_copies(0, 6) == fresh_copies(60, 0) == 1
    shown = sum(len(batch.tokens) for batch in schooling(11).batches(0))
    assert shown >= 11 + fresh_copies(11, 1)


def test_a_disturbed_question_is_repeatable_and_seldom_far_away() -> None:
    question = "what time does the shop open?"
    texts = [disturb(question, np.random.default_rng(n)) for n in range(50)]
    assert texts == [disturb(question, np.random.default_rng(n)) for n in range(50)]
    assert len(set(texts)) > 20
    assert all("shop" in text or "open" in text or "time" in text for text in texts)


def test_japanese_is_told_by_its_letters() -> None:
    assert is_japanese("休憩は何分ですか。")
    assert not is_japanese("How long is the break?")
