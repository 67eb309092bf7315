"""What a snapshot's files are, byte for byte: runs and reports of years name them by their hashes."""

import hashlib
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from finetune import Example, Flag, Message, Source, Status, Suspicion
from finetune.dataset.snapshot import Snapshots
from finetune.dataset.tokens import count_tokens
from tests.toolkit_values import example, said

pytestmark = pytest.mark.anyio
MODEL = "gpt-4.1-mini"
QUESTIONS = 400
TEXTS = (
    "How many days of leave do I have?",
    'She said "20 days",\nand a \\backslash\\ and a\ttab.',
    "有給休暇は何日ありますか。",
    "\uff57\uff49\uff44\uff45 \uff2c\uff45\uff54\uff54\uff45\uff52\uff53 and ﬁne ligatures, straße",
    "</script> \u2028 \u2029 \x7f \x00 \x1f 🙂",
    "<|endoftext|> is a text like others",
)


def varied(count: int) -> list[Example]:
    """Rows that differ in all that a file of a snapshot holds."""
    chosen = random.Random(11)
    return [_row(n, chosen) for n in range(count)]


def _row(n: int, chosen: random.Random) -> Example:
    text = TEXTS[n % len(TEXTS)]
    before = [Message(role="system", content="Be brief.")] if n % 2 else []
    if n % 5 == 0:
        before += [
            Message(role="user", content=f"First {n}", name="ayu mi" if n % 2 else ""),
            Message(role="assistant", content="Well."),
        ]
    corrected = n % 3 == 0 and n % 4 == 0
    people = chosen.sample(["U1", "U2", "U3"], k=chosen.randint(0, 2))
    return Example(
        example_id=f'e"{n}' if n % 7 == 0 else f"e{n}",
        messages=(
            *before,
            Message(role="user", content=f"{text} {chosen.randrange(QUESTIONS)}?"),
            Message(role="assistant", content=f"{chosen.choice(TEXTS)} {n}"),
        ),
        rejected=chosen.choice(["", " ", "Worse.", f"{text} {n}"]) if corrected else None,
        status=Status.APPROVED,
        source=Source.CORRECTION if corrected else chosen.choice([Source.THUMBS_UP, Source.IMPORT]),
        thread=f"thread {n // 2} é",
        authors=tuple(people),
        edited_by="U9" if n % 11 == 0 else None,
        by_curator=n % 13 == 0,
        flags=(Flag(suspicion=Suspicion.LINK, where="note" if n % 2 else "answer"),)
        if n % 6 == 0
        else (),
        created_at=float(chosen.randrange(40)) + 0.25,
        updated_at=99.0,
    )


def sums(folder: Path, snapshot_id: str) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in sorted((folder / snapshot_id).iterdir())
    }


@pytest.mark.parametrize(
    ("count", "snapshot_id", "files"),
    [
        (
            0,
            "190cbfad84d619f2",
            {"manifest.json": "891dc29affb2bcbb", "train.jsonl": "e3b0c44298fc1c14"},
        ),
        (
            1,
            "d4e68f0554d98010",
            {"manifest.json": "4f37612566ec07b7", "train.jsonl": "11fbe0b663f9e494"},
        ),
        (
            300,
            "3ff3dd0eb5fd2fed",
            {
                "manifest.json": "ad9c524bb1b7d111",
                "train.jsonl": "69b573189e09f42f",
                "validation.jsonl": "15ae33fc6a165bcd",
            },
        ),
    ],
)
def test_its_files_are_what_they_always_were(
    tmp_path: Path, count: int, snapshot_id: str, files: dict[str, str]
) -> None:
    taken = Snapshots(tmp_path).take(varied(count), MODEL)
    assert taken.snapshot_id == snapshot_id
    assert sums(tmp_path, snapshot_id) == files


def test_its_rows_are_those_of_the_examples(tmp_path: Path) -> None:
    examples = {example.example_id: example for example in varied(300)}
    taken = Snapshots(tmp_path).take(examples.values(), MODEL)
    for row in (*taken.train, *taken.validation):
        of = examples.pop(row.example_id)
        assert row.content_key == of.content_key
        assert row.messages == of.messages
        assert (row.voice, row.flagged) == (of.voice, of.suspect)
    assert not examples


def test_what_is_counted_while_it_is_taken_is_what_the_files_hold(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    with snapshots.freezing(MODEL) as freezing:
        for example in varied(300):
            freezing.add([example.model_dump_json()])
        taken = freezing.take()
    held = snapshots.load(taken.snapshot_id)
    assert (taken.train, taken.validation) == (len(held.train), len(held.validation))
    assert (taken.corrections, taken.pairs) == (held.corrections, len(held.pairs))
    assert taken.tokens == held.tokens
    assert taken.pair_tokens == sum(count_tokens(row.messages, MODEL) for row in held.pairs)


def test_a_row_that_was_read_twice_is_there_once_as_it_was_last(tmp_path: Path) -> None:
    once, twice = example("e1", at=5.0), example("e2", "Old.", at=5.0)
    changed = example("e2", "New.", at=5.0)
    taken = Snapshots(tmp_path).take([twice, once, changed], MODEL)
    found = {row.example_id: row.messages[-1].content for row in (*taken.train, *taken.validation)}
    assert found == {"e1": once.answer, "e2": "New."}


async def test_what_was_erased_or_changed_since_is_missed(tmp_path: Path) -> None:
    rows = [example.model_dump_json() for example in varied(20)]
    other = varied(20)[3].model_copy(
        update={"messages": (*varied(20)[3].prompt, *said("", "So.")[1:])}
    )
    with Snapshots(tmp_path).freezing(MODEL) as freezing:
        await freezing.add_all(portions(rows))
        await freezing.taken()
        assert await freezing.still(portions([*rows, example("new").model_dump_json()]))
        assert not await freezing.still(portions(rows[1:]))
        assert not await freezing.still(portions([*rows[:3], other.model_dump_json(), *rows[4:]]))


async def portions(rows: Sequence[str]) -> AsyncIterator[Sequence[str]]:
    for begin in range(0, len(rows), 7):
        yield rows[begin : begin + 7]
