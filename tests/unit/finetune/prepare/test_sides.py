"""A side is decided by prompt and seed; a small class gets a row on each side where it can."""

import numpy as np

from finetune.prepare.sides import Sides

KEYS = np.arange(1, 2001, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def held(sides: Sides) -> list[bool]:
    return list(sides.validation(KEYS).tolist())


def test_about_the_asked_share_is_held_back() -> None:
    sides = Sides(0.2, seed=1)
    sides.add(KEYS, [""] * len(KEYS))
    assert 330 < sum(held(sides)) < 470


def test_another_seed_is_another_split() -> None:
    assert held(Sides(0.2, seed=1)) != held(Sides(0.2, seed=2))


def test_a_class_of_five_prompts_has_a_row_on_each_side() -> None:
    for seed in range(30):
        sides = Sides(0.2, seed)
        labels = [str(n // 5) for n in range(len(KEYS))]
        sides.add(KEYS, labels)
        found = held(sides)
        for start in range(0, len(KEYS), 5):
            assert len(set(found[start : start + 5])) == 2


def test_rows_added_later_move_none() -> None:
    short, long = Sides(0.1, 3), Sides(0.1, 3)
    labels = [str(n % 150) for n in range(len(KEYS))]
    short.add(KEYS[:900], labels[:900])
    long.add(KEYS, labels)
    assert held(short)[:900] == held(long)[:900]
