"""Rows that share a key are found, whether they fit into memory or were spilled to disk."""

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from finetune.dataset.groups import Groups, hashed


def grouped(groups: Groups) -> list[list[int]]:
    return sorted(same.tolist() for same in groups.duplicates())


@pytest.mark.parametrize("in_memory", [1 << 21, 10])
def test_ids_that_share_a_key_are_one_group_in_order(tmp_path: Path, in_memory: int) -> None:
    with Groups(tmp_path, in_memory) as groups:
        groups.add(hashed(["a", "b", "a"]), np.array([0, 1, 2]))
        groups.add(hashed(["c", "b", "a"] * 9), np.arange(27) + 3)
        expected: dict[str, list[int]] = {}
        for at, text in enumerate(["a", "b", "a", *["c", "b", "a"] * 9]):
            expected.setdefault(text, []).append(at)
        assert grouped(groups) == sorted(expected.values())


def test_the_groups_are_the_same_however_much_was_spilled() -> None:
    generator = random.Random(3)
    texts = [str(generator.randrange(3_000)) for _ in range(8_000)]
    found = []
    for in_memory in (100_000, 1_000, 7):
        with Groups(in_memory=in_memory) as groups:
            for begin in range(0, len(texts), 500):
                some = texts[begin : begin + 500]
                groups.add(hashed(some), np.arange(begin, begin + len(some)))
            found.append(grouped(groups))
    assert found[0] == found[1] == found[2]
    assert sum(map(len, found[0])) == sum(count for count in Counter(texts).values() if count > 1)


def test_more_may_be_added_after_looking() -> None:
    with Groups(in_memory=2) as groups:
        groups.add(hashed(["a", "b", "c"]), np.arange(3))
        assert grouped(groups) == []
        groups.add(hashed(["b"]), np.array([9]))
        assert grouped(groups) == [[1, 9]]
        assert grouped(groups) == [[1, 9]]


def test_nothing_added_is_no_group() -> None:
    with Groups() as groups:
        assert grouped(groups) == []
        groups.add(hashed([]), np.array([], dtype=np.int64))
        assert grouped(groups) == []


def test_nothing_is_left_on_disk(tmp_path: Path) -> None:
    with Groups(tmp_path, in_memory=1) as groups:
        groups.add(hashed(["a", "a"]), np.arange(2))
        assert grouped(groups) == [[0, 1]]
    assert list(tmp_path.iterdir()) == []


def test_a_text_has_the_same_hash_as_its_bytes_and_in_every_process() -> None:
    assert hashed(["日本", ""]).tolist() == hashed(["日本".encode(), b""]).tolist()
    assert hashed(["\udc80"]).tolist() == hashed(["\udc80"]).tolist()
    assert hex(int(hashed(["apprentice"])[0])) == "0xa6a0395cffc25458"
