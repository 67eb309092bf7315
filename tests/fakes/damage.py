"""Damaged files: good ones of every kind that the toolkit reads, and what happens to files in life."""

import io
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
from pyarrow import parquet

PAIRS = [
    ("How many days of leave do we get?", "20 days a year."),
    ("休暇は何日ですか？", "年に20日です。"),
    ('Who signs "form 7"?', "Your lead,\nthen Ben."),
    ("When is lunch?", "At noon; ask Chie, +81 90-1234-5678."),
    ("None", "null"),
    ("WHERE IS THE KEY?", "IN THE SAFE 🔑"),
]


class Damaged(NamedTuple):
    """One file: its name, its bytes, and how it came to be."""

    name: str
    content: bytes
    damage: str


def damaged_files(count: int, seed: int) -> Iterator[Damaged]:
    """The same `count` files for the same seed; some are whole."""
    chance = random.Random(seed)
    good = list(good_files().items())
    for _ in range(count):
        name, content = chance.choice(good)
        done = []
        for _ in range(chance.randint(0, 3)):
            damage = chance.choice(DAMAGES)
            content = damage(chance, content)
            done.append(damage.__name__.strip("_"))
        if chance.random() < 0.05:
            name = f"x.{chance.choice([other.split('.')[1] for other, _ in good])}"
            done.append("renamed")
        yield Damaged(name, content, ", ".join(done) or "nothing")


def good_files() -> dict[str, bytes]:
    """One file of each kind."""
    chats = [_chat(question, answer) for question, answer in PAIRS]
    table = "prompt,completion\r\n" + "".join(
        f'"{q.replace(chr(34), chr(34) * 2)}","{a.replace(chr(34), chr(34) * 2)}"\r\n'
        for q, a in PAIRS
    )
    japanese = "質問,回答\n休暇は?,20日\n昼食は?,正午\n"
    tools = {
        "messages": [
            {"role": "user", "content": [{"type": "text", "text": "weather?"}]},
            {
                "role": "assistant",
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "w", "arguments": "{}"}}
                ],
            },
            {"role": "tool", "tool_call_id": "c1", "content": "sun"},
            {"role": "assistant", "content": "Sun.", "weight": 1},
        ],
        "tools": [
            {"type": "function", "function": {"name": "w", "parameters": {"type": "object"}}}
        ],
        "parallel_tool_calls": False,
    }
    preference = {
        "input": {"messages": [{"role": "user", "content": "Hi"}]},
        "preferred_output": [{"role": "assistant", "content": "Hello!"}],
        "non_preferred_output": [{"role": "assistant", "content": "What?"}],
    }
    return {
        "pairs.csv": table.encode(),
        "bom.csv": b"\xef\xbb\xbf" + table.encode(),
        "sjis.csv": japanese.encode("cp932"),
        "wide.csv": table.encode("utf-16"),
        "pairs.tsv": table.replace(",", "\t").encode(),
        "chat.jsonl": _lines(chats),
        "tools.jsonl": _lines([tools, *chats[:2]]),
        "dpo.jsonl": _lines([preference] * 2),
        "legacy.jsonl": _lines([{"prompt": q, "completion": a} for q, a in PAIRS]),
        "pairs.json": json.dumps(
            [{"Question": q, "Answer": a} for q, a in PAIRS], ensure_ascii=False
        ).encode(),
        "pairs.txt": "\n\n".join(f"Q: {q}\nA: {a}" for q, a in PAIRS).encode(),
        "pairs.xlsx": _workbook(),
        "pairs.parquet": _parquet(),
    }


def _chat(question: str, answer: str) -> dict[str, Any]:
    return {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    }


def _lines(rows: list[Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [("Prompt", "Completion"), *PAIRS]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _parquet() -> bytes:
    file = io.BytesIO()
    columns = {"prompt": [q for q, _ in PAIRS], "completion": [a for _, a in PAIRS]}
    parquet.write_table(pa.table(columns), file)
    return file.getvalue()


def _cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randint(0, len(content))]


def _headless(chance: random.Random, content: bytes) -> bytes:
    return content[chance.randint(0, len(content)) :]


def _noise(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _inserted(chance: random.Random, content: bytes) -> bytes:
    place = chance.randint(0, len(content))
    what = chance.choice(
        [b"\0", b"\xff\xfe", b'"', b"\r", b"\n\n\n", b"{", b"]", b",,,,", b"\xe3\x81", b"NaN",
         b"\xed\xa0\x80", b"1e999", b"\\ud800", b"[" * 5000, b"A" * 70_000]
    )  # fmt: skip
    return content[:place] + what + content[place:]


def _lines_lost(chance: random.Random, content: bytes) -> bytes:
    return b"".join(line for line in content.splitlines(keepends=True) if chance.random() < 0.7)


def _lines_mixed(chance: random.Random, content: bytes) -> bytes:
    found = content.splitlines(keepends=True)
    chance.shuffle(found)
    return b"".join(found * chance.choice([1, 1, 3]))


def _one_line(_: random.Random, content: bytes) -> bytes:
    return content.rstrip(b"\r\n").replace(b"\n", b" ")


def _wrong_values(chance: random.Random, content: bytes) -> bytes:
    swaps: list[tuple[bytes, bytes]] = [
        (b'"user"', b'"boss"'), (b'"messages"', b'"message"'), (b'"content"', b'"text"'),
        (b'"assistant"', b"null"), (b'"Hi"', b"{}"), (b"[{", b"{{"), (b'"prompt"', b'"PROMPT "'),
        (b': "', b': 7, "x": "'), (b"prompt", b"completion"), (b"}", b"}}"), (b"[", b"[[[")
    ]  # fmt: skip
    old, new = chance.choice(swaps)
    return content.replace(old, new, chance.choice([1, -1]))


def _other_encoding(chance: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(chance.choice(["utf-16-le", "cp932", "utf-8-sig", "euc-jp"]), "replace")


DAMAGES: list[Callable[[random.Random, bytes], bytes]] = [
    _cut, _headless, _noise, _inserted, _lines_lost, _lines_mixed, _one_line, _wrong_values,
    _other_encoding,
]  # fmt: skip
