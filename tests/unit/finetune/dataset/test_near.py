"""Near-duplicates are found, in any script, and nothing that is not nearly the same is called so."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

from finetune.dataset.example import normalise
from finetune.dataset.near import NearDuplicates
from finetune.dataset.nearness import numbers

LATIN = "etaoinshrdlucmfwypvbgk"
KANA = "".join(map(chr, range(0x3042, 0x3094)))
KANJI = "会社規則第条有給休暇申請方法社員番号部署異動手続必要書類提出期限確認今日明昨東京大阪名古屋出張費精算"


def groups_of(
    texts: Sequence[str], *, at_once: int = 1_000, threshold: float = 0.9
) -> list[list[int]]:
    with NearDuplicates(threshold) as near:
        for begin in range(0, len(texts), at_once):
            some = texts[begin : begin + at_once]
            near.add(range(begin, begin + len(some)), some)
        return list(near.groups())


def prose(generator: random.Random, length: int, letters: str) -> str:
    if letters == LATIN:
        words = (
            "".join(generator.choices(letters, k=generator.randint(2, 8)))
            for _ in range(length // 3 + 1)
        )
        return " ".join(words)[:length].strip()
    return "".join(generator.choices(letters, k=length))


def disturbed(generator: random.Random, text: str, edits: int, letters: str) -> str:
    changed = list(text)
    for _ in range(edits):
        at = generator.randrange(len(changed))
        changed[at : at + generator.randrange(2)] = generator.choices(
            letters, k=generator.randrange(2)
        )
    return "".join(changed)


@pytest.mark.parametrize(
    ("letters", "length"),
    [
        (LATIN, 40),
        (LATIN, 120),
        (LATIN, 360),
        (LATIN, 2_000),
        (KANA + KANJI, 22),
        (KANA + KANJI, 120),
    ],
)
def test_nearly_all_planted_near_duplicates_are_found_and_no_others(
    letters: str, length: int
) -> None:
    generator = random.Random(length)
    texts = [prose(generator, length, letters) for _ in range(2_000)]
    planted = []
    for of in generator.sample(range(2_000), 300):
        twin = disturbed(
            generator, texts[of], max(1, int(length * 0.06 * generator.random())), letters
        )
        if Levenshtein.normalized_similarity(normalise(texts[of]), normalise(twin)) >= 0.95:
            planted.append((of, len(texts)))
        texts.append(twin)
    group_of = {at: number for number, group in enumerate(groups_of(texts)) for at in group}
    found = [
        pair
        for pair in planted
        if pair[0] in group_of and group_of[pair[0]] == group_of.get(pair[1])
    ]
    assert len(planted) > 100
    assert len(found) >= 0.99 * len(planted)
    for first, *others in groups_of(texts):
        for other in others:
            near = Levenshtein.normalized_similarity(
                normalise(texts[first]), normalise(texts[other])
            )
            assert near >= 0.9


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I request a day off?", "How do I request a day off"),
        ("How do I request a day off?", "HOW  DO I\nREQUEST a day off?"),
        (
            "有給休暇の申請方法を教えてください、お願いします。",
            "有給休暇の申請方法を教えて下さい、お願いします。",
        ),
        ("ﾊﾟｽﾜｰﾄﾞを忘れました。どうすればいいですか", "パスワードを忘れました。どうすればいいですか"),
        ("What is AI?", "what is AI"),
        ("Où est le CAFÉ de la gare ?", "où est le café de la gare ?"),
        ("What does rule 1,000 say about it?", "What does rule 1000 say about it?"),
        ("yes", "yes"),
        ("", ""),
    ],
)
def test_these_are_the_same_question(one: str, other: str) -> None:
    assert groups_of([one, "Something else altogether, of course.", other]) == [[0, 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "What is rule 17 of the company about holidays?",
            "What is rule 18 of the company about holidays?",
        ),
        (
            "What is rule 17 of the company about holidays?",
            "What is rule 71 of the company about holidays?",
        ),
        (
            "Add 12 and 34, then tell me what comes out of it",
            "Add 14 and 32, then tell me what comes out of it",
        ),
        ("cat", "car"),
        ("What is C", "What is C++"),
        ("第十七条と有給休暇は17日", "第十七条と有給休暇は18日"),
        ("yes", "no"),
    ],
)
def test_these_are_different_questions(one: str, other: str) -> None:
    assert groups_of([one, other]) == []


def test_nothing_at_all_is_no_duplicate() -> None:
    with NearDuplicates() as near:
        near.add([], [])
        assert list(near.groups()) == []


def test_batches_make_no_difference() -> None:
    generator = random.Random(5)
    texts = [prose(generator, 60, LATIN) for _ in range(300)]
    texts += [text + "." for text in texts[:100]]
    assert groups_of(texts, at_once=7) == groups_of(texts) == [[at, at + 300] for at in range(100)]


def test_every_member_of_a_group_is_near_to_its_first() -> None:
    text = "a question that is changed a little at each step and ends far away from where it began"
    texts = [text]
    for at in range(0, 60, 2):
        texts.append(texts[-1][:at] + "zz" + texts[-1][at + 2 :])
    groups = groups_of(texts)
    assert len(groups) > 3
    for first, *others in groups:
        for other in others:
            assert Levenshtein.normalized_similarity(texts[first], texts[other]) >= 0.9


def test_different_questions_under_the_same_long_instructions_stay_apart() -> None:
    generator = random.Random(6)
    instructions = prose(generator, 2_000, LATIN) + ": "
    asked = [prose(generator, 40, LATIN) for _ in range(500)]
    texts = [instructions + one for one in asked] + [instructions + asked[7] + "?"]
    assert groups_of(texts) == [[7, 500]]
    ended = [one + " " + instructions for one in asked] + [asked[7] + "? " + instructions]
    assert groups_of(ended) == [[7, 500]]


def test_ids_are_the_callers_own() -> None:
    with NearDuplicates() as near:
        near.add([10, 20], ["How do I request a day off?", "Where is the canteen of the company?"])
        near.add([35], ["How do I request a day off"])
        assert list(near.groups()) == [[10, 35]]
        near.add([40], ["Where is the canteen of the company"])
        assert list(near.groups()) == [[10, 35], [20, 40]]


def test_texts_with_nul_letters_and_lone_surrogates_do_no_harm() -> None:
    texts = ["a\0b" * 20, "x\ud800y" * 20, "a\0b" * 20, "", "\0"]
    assert [0, 2] in groups_of(texts)


def test_work_grows_with_the_rows_even_when_all_look_alike() -> None:
    compared = []
    for count in (500, 2_000):
        texts = [
            f"Please tell me what rule {at} of the company says about days off"
            for at in range(count)
        ]
        texts += ["Please tell me what the rules of the company say about days off"] * count
        with NearDuplicates() as near:
            near.add(range(len(texts)), texts)
            told: list[int] = []
            assert [len(group) for group in near.groups(told.append)] == [count]
            compared.append(sum(told))
    assert compared[1] <= 5 * compared[0] <= 30_000


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    with NearDuplicates(folder=tmp_path) as near:
        near.add([1, 2], ["the same text here", "the same text here"])
        assert list(near.groups()) == [[1, 2]]
    assert list(tmp_path.iterdir()) == []


def test_numbers_are_compared_however_they_are_written() -> None:
    assert numbers("１２ and 1,000") == numbers("1000, then 12")  # noqa: RUF001
    assert numbers("1.5") != numbers("15")
