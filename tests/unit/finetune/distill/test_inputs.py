"""Inputs out of folders and files: each text once, in the order of a seed."""

import os
from pathlib import Path

import pytest

from finetune.distill.inputs import Input, inputs
from finetune.errors import InputError


def texts(source: Path, seed: int = 0, column: str | None = None) -> list[str]:
    with inputs(source, seed=seed, column=column) as found:
        return [one.messages[-1].content for one in found]


def test_a_folder_gives_each_text_file_but_hidden_ones(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("一つ\n目", encoding="utf-8")
    (tmp_path / "b.md").write_bytes(b"\xef\xbb\xbftwo")
    (tmp_path / "c.txt").write_bytes("三つ".encode("cp932"))
    (tmp_path / "d.txt").write_bytes("四".encode("utf-16"))
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert sorted(texts(tmp_path)) == sorted(["一つ\n目", "two", "三つ", "四"])


def test_a_text_file_gives_each_line_that_is_not_blank(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"\xef\xbb\xbfone\r\n\r\n  two \nthree")
    assert sorted(texts(tmp_path / "in.txt")) == ["one", "three", "two"]


def test_a_table_gives_a_column_whose_cells_may_hold_lines_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('id,Text\n1,"one, ""quoted""\nand more"\n2,two\n3,\n', encoding="utf-8")
    with inputs(path, seed=0) as found:
        assert sorted(one.messages[0].content for one in found) == [
            'one, "quoted"\nand more',
            "two",
        ]
        assert {one.name for one in found} == {"in.csv, row 2", "in.csv, row 3"}
        assert found.empty == 1
    assert sorted(texts(path, column="ID")) == ["1", "2", "3"]


def test_a_table_without_a_known_column_says_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_text("a\tb\n1\t2\n")
    with pytest.raises(InputError, match="columns a, b"):
        texts(tmp_path / "in.tsv")


def test_rows_give_text_or_the_conversation_before_the_last_answer(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"text": "one"}\n"two"\n{"messages": [{"role": "system", "content": "s"},'
        '{"role": "user", "content": "three"}, {"role": "assistant", "content": "old"}]}\n'
    )
    with inputs(path, seed=0) as found:
        conversations = [[m.content for m in one.messages] for one in found]
    assert sorted(conversations) == [["one"], ["s", "three"], ["two"]]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("in.jsonl", b'{"text": "one"}\n{"text": 3}\n', "in.jsonl, line 2 has no text"),
        ("in.jsonl", b'{"text": "\\ud800"}\n', "half a character"),
        ("in.jsonl", b"{\n", "line 1 is not JSON"),
        ("in.csv", b'text\n"open\n', "never closed"),
        ("in.txt", "一".encode("utf-16"), "UTF-16"),
        ("in.txt", b"\x81\n", "neither UTF-8 nor Shift_JIS"),
        ("in.pdf", b"%PDF", "cannot take inputs"),
        ("in.txt", b"\n\n", "holds no text"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=said):
        texts(tmp_path / name)


def test_the_order_is_the_seed_s_and_adding_inputs_does_not_change_it(tmp_path: Path) -> None:
    path = tmp_path / "in.txt"
    path.write_text("\n".join(f"text {n}" for n in range(100)))
    first = texts(path)
    assert first == texts(path)
    assert first != sorted(first)
    assert first != texts(path, seed=1)
    path.write_text("\n".join(f"text {n}" for n in range(150)))
    assert [text for text in texts(path) if text in set(first)] == first


def test_equal_texts_are_one_input(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("Same  text\nsame text\nother\n")
    with inputs(tmp_path / "in.txt", seed=0) as found:
        assert len(list(found)) == len(found) == 2
        assert found.repeated == 1
        assert isinstance(next(iter(found)), Input)


def test_conversations_that_differ_only_in_a_system_message_to_be_replaced_are_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "in.jsonl"
    row = '{"messages": [{"role": "system", "content": "%d"}, {"role": "user", "content": "q"}]}\n'
    path.write_text(row % 1 + row % 2)
    with inputs(path, seed=0, own_system=False) as found:
        assert [[m.content for m in one.messages] for one in found] == [["q"]]
    with inputs(path, seed=0) as found:
        assert len(found) == 2


def test_a_quotation_mark_within_a_cell_is_a_letter(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('id,text\n1,a 5" disk\n2,"two, ""x""\nlines"\n3,a 3" one\n')
    assert sorted(texts(path)) == ['a 3" one', 'a 5" disk', 'two, "x"\nlines']


def test_a_file_name_that_is_no_unicode_is_read(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x93\xfa.txt")).write_text("one")
    with inputs(tmp_path, seed=0) as found:
        assert [one.messages[0].content for one in found] == ["one"]
        next(iter(found)).name.encode()
