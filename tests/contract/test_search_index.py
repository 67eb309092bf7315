"""The searchable copy of a dataset, over the real Valkey and a real file."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from redis.asyncio import Redis

from finetune import Dataset, Example, Query, Source, Status, Suspicion
from finetune.adapters.redis import Keys, RedisChanges, RedisDatasetStore, connect
from finetune.adapters.search_index import SqliteSearch
from tests.toolkit_values import correction, example, said

pytestmark = pytest.mark.anyio
KEYS = Keys("T1")


class Desk:
    """A dataset, and one process's copy of it."""

    def __init__(self, client: Redis, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.dataset = Dataset(RedisDatasetStore(client, KEYS), clock=lambda: 100.0)
        self.search = self.another()

    def another(self) -> SqliteSearch:
        """As another process has it."""
        return SqliteSearch(self.folder, RedisChanges(self.client, KEYS))

    async def found(self, text: str = "", **fields: object) -> set[str]:
        query = Query(text, **fields)  # type: ignore[arg-type]
        return set(await self.search.ids(query))

    def bytes_of_the_files(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.iterdir())


@pytest.fixture
async def desk(redis_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    client = connect(redis_url)
    opened = Desk(client, tmp_path / "search")
    yield opened
    await opened.search.close()
    await client.aclose()


async def fill(desk: Desk, count: int) -> None:
    """So many examples about different things, at different times."""
    for n in range(count):
        row = example(f"e{n}", f"Answer {n}.", question=f"Question {n}?", at=float(n))
        await desk.dataset.submit(row)


async def test_what_was_written_before_is_found(desk: Desk) -> None:
    await desk.dataset.submit(example("e1", "Vacation is 20 days."))
    assert await desk.found("vacation") == {"e1"}
    await desk.dataset.submit(example("e2", "Ask Ben about vacation.", question="Whom?"))
    assert await desk.found("vacation") == {"e1", "e2"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("days leave", True),  # every word, anywhere
        ("days parrots", False),
        ('"of leave"', True),
        ('"leave of"', False),
        ("有給", True),  # two letters, no blanks around them
        ("給休", True),
        ("\uff24\uff21\uff39\uff33", True),  # DAYS in full width
        ("\uff94\uff7d\uff90", True),  # half-width kana
        ("100%", True),
        ("1__%", False),  # no wildcards
        ("unlimited", True),  # the rejected answer
        ("brief", False),  # the system prompt
        ("  ", True),
    ],
)
async def test_every_word_must_occur(desk: Desk, text: str, found: bool) -> None:
    answer = "有給休暇は100%ヤスミです。 20 days of leave."
    messages = said("How many days?", answer, system="Be brief.")
    await desk.dataset.submit(correction("c1", messages=messages))
    assert await desk.found(text) == ({"c1"} if found else set())


async def test_each_filter_narrows(desk: Desk) -> None:
    await desk.dataset.submit(example("up", thread="C1:1.0", reply_id="r1", at=10.0))
    other = {"question": "When?", "author": "U2", "at": 20.0, "status": Status.PENDING}
    await desk.dataset.submit(correction("fix", "At \u200bnoon.", **other))
    assert await desk.found(status=Status.PENDING) == {"fix"}
    assert await desk.found(source=Source.THUMBS_UP) == {"up"}
    assert await desk.found(author="U2") == {"fix"}
    assert await desk.found(channel="C1") == {"up"}
    assert await desk.found(since=20.0) == {"fix"}
    assert await desk.found(until=20.0) == {"up"}
    assert await desk.found(flag=Suspicion.INVISIBLE) == {"fix"}
    assert await desk.found(flagged=True) == {"fix"}
    assert await desk.found("noon", author="U1") == set()


async def test_pages_go_through_all_in_order(desk: Desk) -> None:
    await fill(desk, 7)
    first = await desk.search.find(Query(), 0, 3)
    last = await desk.search.find(Query(), 6, 3)
    assert (list(first.ids), list(last.ids), first.total) == (["e6", "e5", "e4"], ["e0"], 7)
    assert list((await desk.search.find(Query(order="oldest"), 0, 2)).ids) == ["e0", "e1"]


async def test_it_counts_by_everything_one_can_choose_by(desk: Desk) -> None:
    await desk.dataset.submit(example("up", thread="C1:1.0", reply_id="r1", at=10.0))
    await desk.dataset.submit(
        correction("fix", "\u200bNoon.", question="When?", author="U2", at=86_400.0)
    )
    counted = await desk.search.counts(Query())
    assert counted.total == 2
    assert counted.source == {Source.THUMBS_UP: 1, Source.CORRECTION: 1}
    assert counted.author == await desk.search.authors() == {"U1": 1, "U2": 1}
    assert counted.channel == {"C1": 1}
    assert counted.flag == {Suspicion.INVISIBLE: 1}
    assert (await desk.search.counts(Query("noon"))).author == {"U2": 1}
    overview = await desk.search.overview(Query())
    days = [(grown.day, grown.examples) for grown in overview.growth]
    assert days == [("1970-01-01", 1), ("1970-01-02", 1)]


async def test_a_decision_is_seen_at_once(desk: Desk) -> None:
    await desk.dataset.submit(correction("c1", status=Status.PENDING))
    assert await desk.found(status=Status.PENDING) == {"c1"}
    await desk.dataset.approve("c1", "U9")
    assert await desk.found(status=Status.PENDING) == set()
    assert await desk.found(status=Status.APPROVED) == {"c1"}


async def test_what_is_removed_is_not_found(desk: Desk) -> None:
    await fill(desk, 3)
    assert len(await desk.found()) == 3
    await desk.dataset.erase("e1")
    await desk.dataset.submit(example("new", question="Something else?"))  # as many as before
    assert await desk.found() == {"e0", "e2", "new"}


async def test_a_row_that_moves_to_another_question_is_found_by_its_new_words(desk: Desk) -> None:
    await desk.dataset.submit(example("e1", question="Old words?", reply_id="r1"))
    assert await desk.found("old words") == {"e1"}
    await desk.dataset.reprompt({"r1": said("New words?")})
    assert await desk.found("old words") == set()
    assert await desk.found("new words") == {"e1"}


async def test_what_was_written_before_there_was_a_feed_is_found(desk: Desk) -> None:
    await fill(desk, 3)
    await desk.client.delete(KEYS("changes"), KEYS("feed"))
    await desk.dataset.submit(example("new", question="Something else?"))
    assert await desk.found() == {"e0", "e1", "e2", "new"}


async def test_another_database_is_begun_anew(desk: Desk) -> None:
    await fill(desk, 3)
    assert len(await desk.found()) == 3
    await desk.client.flushall()
    await desk.dataset.submit(example("other", question="Something else?"))
    assert await desk.found() == {"other"}


async def copied(client: Redis, old: str, new: str) -> None:
    """Every key of the workspace, as a backup is made and put back."""
    for place in [str(each) async for each in client.scan_iter(match=f"{new}apprentice:*")]:
        await client.delete(place)
    for place in [str(each) async for each in client.scan_iter(match=f"{old}apprentice:*")]:
        await client.copy(place, new + place.removeprefix(old))


async def test_a_database_put_back_to_what_it_was_is_read_again(desk: Desk) -> None:
    """Also when as much has been written since as was lost, as after a failover."""
    await desk.dataset.submit(correction("c1", status=Status.PENDING))
    await fill(desk, 3)
    assert await desk.found(status=Status.PENDING) == {"c1"}
    await copied(desk.client, "", "saved:")
    await desk.dataset.approve("c1", "U9")
    await desk.dataset.erase("e0")
    assert await desk.found() == {"c1", "e1", "e2"}
    await copied(desk.client, "saved:", "")
    await desk.dataset.erase("e1")
    await desk.dataset.submit(example("e2", "Another answer.", question="Question 2?", at=9.0))
    await desk.dataset.submit(example("e2", "Answer 2.", question="Question 2?", at=10.0))
    assert await desk.found() == {"c1", "e0", "e2"}
    assert await desk.found(status=Status.PENDING) == {"c1"}


async def test_two_processes_keep_one_file(desk: Desk) -> None:
    await fill(desk, 40)
    others = [desk.another() for _ in range(3)]
    pages = await asyncio.gather(*(each.find(Query()) for each in (desk.search, *others)))
    assert [page.total for page in pages] == [40] * 4
    await desk.dataset.erase("e7")
    pages = await asyncio.gather(*(each.find(Query()) for each in (desk.search, *others)))
    assert [page.total for page in pages] == [39] * 4
    for each in others:
        await each.close()


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\x00" + b"\xff" * 4096])
async def test_a_damaged_file_is_made_anew(desk: Desk, damage: bytes) -> None:
    await fill(desk, 3)
    await desk.found()
    await desk.search.close()
    for path in desk.folder.iterdir():
        path.write_bytes(damage)
    assert len(await desk.found()) == 3


async def test_pages_overwritten_in_use_are_made_anew(desk: Desk) -> None:
    await fill(desk, 60)
    await desk.found()
    await desk.search.close()
    [path] = desk.folder.glob("*.sqlite")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(reversed(whole[4096:])))
    assert len(await desk.found("answer")) == 60


async def test_nothing_of_what_was_erased_is_in_the_files(desk: Desk) -> None:
    """Whatever its length: SQLite moves what stands beside it when it overwrites."""
    chosen = random.Random(1)
    for n in range(60):
        words = f"answer{n}x " + f"filler{n}y " * chosen.randint(1, 300)
        question = f"About subject{n}z?"
        row = example(f"e{n}", words, question=question, author=f"UAUTHOR{n}Q")
        await desk.dataset.submit(row)
        if n % 20 == 0:
            await desk.found()
    assert len(await desk.found()) == 60
    gone = chosen.sample(range(60), 30)
    for n in gone:
        await desk.dataset.erase(f"e{n}")
    assert len(await desk.found()) == 30
    kept, held = set(range(60)) - set(gone), desk.bytes_of_the_files()
    marks = ("answer%dx", "filler%dy", "subject%dz", "UAUTHOR%dQ")
    assert [mark % n for n in gone for mark in marks if (mark % n).encode() in held] == []
    assert all((mark % n).encode() in held for n in kept for mark in marks)


async def test_a_name_that_leaves_an_example_leaves_the_files(desk: Desk) -> None:
    await desk.dataset.submit(example("e1", author="UNAMED1"))
    await desk.dataset.submit(example("e2", author="UNAMED2"))
    assert await desk.found(author="UNAMED1") == {"e1"}
    await desk.dataset.erase_author("UNAMED1", until=1e12)
    assert await desk.found(author="UNAMED1") == set()
    assert b"UNAMED1" not in desk.bytes_of_the_files()
    assert b"UNAMED2" in desk.bytes_of_the_files()


async def test_a_removed_workspace_leaves_no_file(desk: Desk) -> None:
    await fill(desk, 1)
    await desk.found()
    await desk.search.remove()
    assert not desk.folder.exists()


async def test_questions_that_are_nearly_the_same_are_near(desk: Desk) -> None:
    asked = {
        "e0": "How many days of paid leave does everybody in the company get each year?",
        "e1": "How many days of paid leave does everybody in our company get each year?",
        "e2": "HOW many days, of paid leave, does everybody in the company get each year",
        "e3": "Where is the printer of the third floor, and who refills its paper?",
        "e4": "有給休暇は年間で何日もらえますか。申請の方法も教えてください。",
        "e5": "有給休暇は年間で何日もらえますか?申請の方法も教えて下さい。",
    }
    for example_id, question in asked.items():
        await desk.dataset.submit(example(example_id, f"A{example_id}.", question=question))
    near = await desk.search.near("e0")
    assert [found.example_id for found in near] == ["e2", "e1"]
    assert 0.9 < near[1].ratio < 1
    assert [found.example_id for found in await desk.search.near("e4")] == ["e5"]
    assert await desk.search.near("unknown") == []


FILLER = """
import asyncio, sys
from pathlib import Path
from finetune import Query
from finetune.adapters import search_index
from finetune.adapters.redis import Keys, RedisChanges, connect
search_index.PORTION = 5
class Told(RedisChanges):
    async def rows(self, ids):
        print("portion", flush=True)
        return await super().rows(ids)
search = search_index.SqliteSearch(Path(sys.argv[2]), Told(connect(sys.argv[1]), Keys("T1")))
asyncio.run(search.find(Query()))
"""


async def test_a_process_killed_while_filling_loses_nothing(desk: Desk, redis_url: str) -> None:
    await fill(desk, 60)
    command = (sys.executable, "-c", FILLER, redis_url, str(desk.folder))
    filler = subprocess.Popen(command, stdout=subprocess.PIPE)
    with contextlib.closing(filler.stdout):  # type: ignore[type-var]
        for _ in range(4):
            assert filler.stdout is not None
            await asyncio.to_thread(filler.stdout.readline)
        os.kill(filler.pid, signal.SIGKILL)
        await asyncio.to_thread(filler.wait)
    assert len(list(desk.folder.glob("*.sqlite"))) == 1
    assert len(await desk.found("answer")) == 60


async def test_filling_is_told_and_goes_on_in_the_background(desk: Desk) -> None:
    await fill(desk, 3)
    gate = asyncio.Event()

    class Slow(RedisChanges):
        async def rows(self, ids: Sequence[str]) -> dict[str, Example]:
            await gate.wait()
            return await super().rows(ids)

    slow = SqliteSearch(desk.folder, Slow(desk.client, KEYS))
    told = await slow.ready(within=0.2)
    gate.set()
    assert not told.ready
    assert (await slow.ready(within=20)).ready
    assert (await slow.find(Query())).total == 3
    await slow.close()
