"""One pass over the examples of a Valkey, in a process of its own: its seconds and its peak memory.

.venv/bin/python -m bench.growth_runs.one_pass snapshot redis://… FOLDER
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median

import openai
from pydantic_core import from_json

from bench.growth_runs.filling import TEAM, made
from finetune.adapters.openai.asking import OpenAIAsking
from finetune.adapters.redis import Keys, RedisAnswers, RedisChanges, RedisDatasetStore, connect
from finetune.adapters.search_index import SqliteSearch
from finetune.dataset.dataset import Dataset
from finetune.dataset.near import NearDuplicates
from finetune.dataset.search import Query
from finetune.dataset.snapshot import Snapshots
from finetune.evaluation.cases import Case
from finetune.evaluation.evaluate import Evaluator
from finetune.exchange.exporting import exported
from finetune.exchange.formats import Format
from finetune.exchange.selection import Selection

MODEL = "gpt-4.1-mini"
PAGE = 20
WORDS = {
    "common word": ("ba", "ce", "di", "fo", "gu"),
    "rare word": ("zanzibar", "zanziba", "anzibar", "nzibar", "zanzib"),
    "two Japanese letters": ("有給", "経費", "出張", "承認", "残業"),
    "no hit": ("xylophone", "zebra", "quokka", "該当なし", "qqq"),
}


async def snapshot(url: str, folder: Path) -> int:
    """As a run takes it; the rows that it holds."""
    dataset = _dataset(url)
    version = await dataset.version()
    with Snapshots(folder).freezing(MODEL) as freezing:
        await freezing.add_all(dataset.taught())
        taken = await freezing.taken()
        assert await dataset.version() == version, "somebody changed the examples meanwhile"
    return taken.train + taken.validation


async def export(url: str, folder: Path) -> int:
    """Chat rows, in the order of the sorted set; the rows that were written."""
    client = connect(url)
    dataset = Dataset(RedisDatasetStore(client, Keys(TEAM)))

    async def ids() -> Sequence[str]:
        return list(map(str, await client.zrange(Keys(TEAM)("status", "approved"), 0, -1)))

    rows = 0
    with (folder / "export.jsonl").open("wb") as file:
        async for piece in exported(Selection(ids, dataset.many), Format.CHAT):
            file.write(piece)
            rows += piece.count(b"\n")
    return rows


async def near_duplicates(url: str, folder: Path) -> int:
    """Of questions with their answers; how many were compared."""
    count = 0
    with NearDuplicates(folder=folder) as near:
        async for rows in _dataset(url).taught():
            near.add(range(count, count + len(rows)), [_said(row) for row in rows])
            count += len(rows)
        for _ in near.groups():
            pass
    return count


async def search(url: str, folder: Path) -> dict[str, float]:
    """Seconds of what the desk asks: medians, no answer being one that was kept."""
    client, keys = connect(url), Keys(TEAM)
    dataset = Dataset(RedisDatasetStore(client, keys))
    copy = SqliteSearch(folder, RedisChanges(client, keys))
    begun = time.perf_counter()
    while not (progress := await copy.ready()).ready:
        pass
    took = {"search: first fill, for each": (time.perf_counter() - begun) / progress.total}
    for name, words in WORDS.items():
        took[f"search: {name}"] = await _median(lambda word: copy.overview(Query(word)), words)
    pages = [str(offset) for offset in range(0, 5 * PAGE, PAGE)]
    took["review queue: a page"] = await _median(lambda at: dataset.pending(int(at), PAGE), pages)
    await copy.close()
    return took


async def _median(ask: Callable[[str], Awaitable[object]], words: Sequence[str]) -> float:
    seconds = []
    for word in words:
        begun = time.perf_counter()
        await ask(word)
        seconds.append(time.perf_counter() - begun)
    return median(seconds)


async def evaluation(url: str, cases: Sequence[Case], model: str, at_once: int) -> int:
    """As a run's evaluation asks two models, step by step; answers are kept in the Valkey."""
    client = connect(url)
    known = RedisAnswers(client, Keys(f"{TEAM}{time.time_ns()}"))
    async with openai.AsyncOpenAI(api_key="none", base_url=model) as models:
        evaluator = Evaluator(OpenAIAsking(models), known, at_once)
        while (await evaluator.step(cases, "old", "new")).report is None:
            pass
    return len(cases)


def case(n: int) -> Case:
    """The n-th question, as it would be held out."""
    row = made(n)
    *prompt, answer = row["messages"]
    return Case.model_validate(
        {
            "example_id": row["example_id"],
            "group": "held_out",
            "messages": prompt,
            "wanted": answer["content"],
        }
    )


PASSES: dict[str, Callable[[str, Path], Awaitable[int | dict[str, float]]]] = {
    "snapshot": snapshot,
    "export": export,
    "near-duplicates": near_duplicates,
    "search": search,
}


def _dataset(url: str) -> Dataset:
    return Dataset(RedisDatasetStore(connect(url), Keys(TEAM)))


def _said(raw: bytes) -> str:
    *_, question, answer = from_json(raw)["messages"]
    return f"{question['content']}\n{answer['content']}"


def main() -> None:
    name, url, folder, *others = sys.argv[1:]
    if name.startswith("evaluation-"):
        [size, model] = others
        cases = [case(n) for n in range(int(size))]
        made = evaluation(url, cases, model, int(name.partition("-")[2]))
    else:
        made = PASSES[name](url, Path(folder))
    began = time.perf_counter()
    found = asyncio.run(_awaited(made))
    seconds = time.perf_counter() - began
    if isinstance(found, dict):
        print(json.dumps({"parts": found}))
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"rows": found, "seconds": seconds, "processor": used.ru_utime + used.ru_stime}
    print(json.dumps(told | {"bytes": _peak()}))


def _peak() -> int:
    """Bytes; `ru_maxrss` would also hold what the process was before it became this one."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


async def _awaited(made: Awaitable[int | dict[str, float]]) -> int | dict[str, float]:
    return await made


if __name__ == "__main__":
    main()
