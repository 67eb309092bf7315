"""`finetune distill` against the published algorithm, asked of the same teacher in one run.

The teacher is a server of our own, in its own process: it answers after 200 ms, misses the wanted
length at first by an amount that depends on the article, and comes nearer when it is told; of fifty
articles there is one for which it never gets there. The peer
is the published algorithm: article after article, one call at a time, up to 5 corrections in up to
5 tries (but, as ours, it drops what failed). Ours is the command itself, at 32 at once, with the
start of its process. Each is timed for each article: the peer, which takes as long for the tenth as
for the first, on `--peer-articles` of those that ours used, failing ones in the same proportion. Calls
are compared on just those articles.

    make bench                   or  .venv/bin/python bench/distill.py --rows 60 --json
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.reporting.claims import Claim, table
from bench.reporting.said import say

LATENCY, LENGTH, SLACK, FAILING = 0.2, 100, 5, 0.02
IMPROVE, TRIES, AT_ONCE, TEST_SHARE = 5, 5, 32, 10
SYSTEM = "三行の箇条書きで、合わせて100文字に要約してください。"
PORT_LINE = "listening on "


def answered(messages: list[dict[str, str]]) -> str:
    """How long an article's first answer is, and how fast it comes nearer, is drawn by its text."""
    luck = random.Random(messages[1]["content"])
    if luck.random() < FAILING:
        return "あ" * 200
    start = luck.choice((131, 118, 82, 109, 101, 98))
    speed = luck.choice((0.4, 0.5, 0.9))
    corrections = (len(messages) - 2) // 2
    return "あ" * round(LENGTH + (start - LENGTH) * (1 - speed) ** corrections)


def teach() -> None:
    """The teacher's process; counts its calls."""
    import asyncio

    from aiohttp import web

    calls: Counter[str] = Counter()

    async def complete(request: web.Request) -> web.Response:
        body = await request.json()
        calls[body["messages"][1]["content"]] += 1
        await asyncio.sleep(LATENCY)
        text = answered(body["messages"])
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        sent = sum(len(message["content"]) for message in body["messages"])
        usage = {"prompt_tokens": sent, "completion_tokens": len(text)}
        usage["total_tokens"] = sent + len(text)
        document = {"id": "c", "object": "chat.completion", "created": 0, "model": body["model"]}
        return web.json_response(document | {"choices": [choice], "usage": usage})

    async def counted(_: web.Request) -> web.Response:
        return web.json_response(dict(calls))

    async def serve() -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/v1/chat/completions", complete)
        app.router.add_get("/calls", counted)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(f"{PORT_LINE}{runner.addresses[0][1]}", flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


@contextmanager
def teacher() -> Iterator[str]:
    """Its address, while it runs."""
    process = subprocess.Popen(
        [sys.executable, __file__, "--teach"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().removeprefix(PORT_LINE).strip()}"
    finally:
        process.terminate()
        process.wait()


def sequentially(url: str, articles: list[str]) -> list[str]:
    """The published algorithm, by the synchronous SDK; what it accepts."""
    import openai

    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none")

    def ask(messages: list[dict[str, str]], temperature: float) -> str:
        asked: Any = messages
        said = client.chat.completions.create(model="t", messages=asked, temperature=temperature)
        return said.choices[0].message.content or ""

    def one(article: str) -> str | None:
        for number in range(TRIES):
            messages = [
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": article},
            ]
            answer = ask(messages, 0.7 if number else 0.0)
            for _ in range(IMPROVE):
                if abs(len(answer) - LENGTH) <= SLACK:
                    return answer
                told = f"It has {len(answer)} characters; write it again with {LENGTH}."
                messages.append({"role": "assistant", "content": answer})
                messages.append({"role": "user", "content": told})
                answer = ask(messages, 0.7 if number else 0.0)
            if abs(len(answer) - LENGTH) <= SLACK:
                return answer
        return None

    return [answer for article in articles if (answer := one(article)) is not None]


def ours(url: str, folder: Path, rows: int) -> dict[str, Any]:
    """The command as a person starts it, start of Python and all."""
    test = rows // TEST_SHARE
    order = ["--inputs", str(folder / "articles"), "--system", SYSTEM, "--teacher", "t"]
    order += ["--length", str(LENGTH), "--tolerance", str(SLACK / LENGTH)]
    order += ["--improve", str(IMPROVE), "--tries", str(TRIES), "--concurrency", str(AT_ONCE)]
    order += ["--train", str(rows - test), "--test", str(test), "-o", str(folder / "out"), "--json"]
    environment = {"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "none"}
    found = subprocess.run(
        [sys.executable, "-m", "finetune", "distill", *order],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment},  # noqa: TID251 - the PATH and HOME of whoever starts it
        cwd=Path(__file__).parents[1],
    )
    report: dict[str, Any] = json.loads(found.stdout)
    return report


def calls_of(url: str) -> Counter[str]:
    """Calls so far, by article."""
    import urllib.request

    with urllib.request.urlopen(f"{url}/calls") as answer:
        return Counter(json.loads(answer.read()))


def sample(folder: Path, report: dict[str, Any], size: int) -> tuple[list[str], int]:
    """Articles that ours used, rejected ones in proportion; and how many of them it rejected."""
    accepted = [
        json.loads(line)["messages"][1]["content"]
        for name in ("train.jsonl", "test.jsonl")
        for line in (folder / "out" / name).read_text(encoding="utf-8").splitlines()
    ]
    rejected = [
        (folder / "articles" / rejection["input"]).read_text(encoding="utf-8")
        for rejection in report["rejected_inputs"]
    ]
    size = min(size, len(accepted))
    failing = round(size * len(rejected) / (len(accepted) + len(rejected)))
    return random.Random(1).sample(accepted, size - failing) + rejected[:failing], failing


def measure(rows: int, peer_articles: int) -> dict[str, Any]:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, teacher() as url:
        folder = Path(name)
        (folder / "articles").mkdir()
        luck = random.Random(0)
        for number in range(rows * 2):
            article = f"記事{number}。" + "本文" * luck.randrange(200, 800)
            (folder / "articles" / f"{number:05}.txt").write_text(article, encoding="utf-8")
        began = time.perf_counter()
        report = ours(url, folder, rows)
        our_seconds, our_calls = time.perf_counter() - began, calls_of(url)
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        articles, failing = sample(folder, report, peer_articles)
        began = time.perf_counter()
        accepted = sequentially(url, articles)
        their_seconds, their_calls = time.perf_counter() - began, calls_of(url) - our_calls
    assert report["accepted"] == rows
    assert len(accepted) == len(articles) - failing
    peer, our = their_seconds / len(articles), our_seconds / (rows + report["rejected"])
    return {
        "rows": rows,
        "articles": rows + report["rejected"],
        "rejected": report["rejected"],
        "peer_articles": len(articles),
        "peer_seconds": round(their_seconds, 2),
        "our_seconds": round(our_seconds, 2),
        "our_cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peer_seconds_per_article": round(peer, 4),
        "our_seconds_per_article": round(our, 4),
        "ratio": round(peer / our, 1),
        "peer_calls_per_row": round(their_calls.total() / len(accepted), 3),
        "our_calls_per_row": round(sum(our_calls[a] for a in articles) / len(accepted), 3),
        "our_calls": our_calls.total(),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
        "load": round(load, 2),
    }


def markdown(found: dict[str, Any]) -> str:
    """The section of the report."""
    rows = [
        (
            label,
            articles,
            f"{found[f'{whose}_seconds']:.2f}",
            f"{found[f'{whose}_seconds_per_article']:.4f}",
            f"{found[f'{whose}_calls_per_row']:.3f}",
        )
        for whose, label, articles in (
            ("peer", "published, one after the other", found["peer_articles"]),
            ("our", f"`finetune distill`, {AT_ONCE} at once", found["articles"]),
        )
    ]
    return (
        f"Rows of {LENGTH} characters ±{SLACK}, from a teacher that answers after 200 ms.\n\n"
        + table(["", "articles", "seconds", "for each", "calls for a row"], rows)
        + f"\nOurs takes {found['our_cpu_seconds']} s of the processor and {found['peak_mb']} MB at most.\n"
    )


def claims(found: dict[str, Any]) -> list[Claim]:
    ours, peer = found["our_seconds_per_article"], found["peer_seconds_per_article"]
    return [Claim("seconds for an article", f"{ours} s", f"published {peer} s", ours / peer)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1200)
    parser.add_argument("--peer-articles", type=int, default=100, help="articles the peer is given")
    parser.add_argument("--quick", action="store_true", help="600 rows, and 30 for the peer")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--teach", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.teach:
        teach()
        return
    rows, peer = (600, 30) if options.quick else (options.rows, options.peer_articles)
    say(measure(rows, peer), markdown, as_json=options.json)


if __name__ == "__main__":
    main()
