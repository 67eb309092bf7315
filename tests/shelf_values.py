"""A workspace that has learnt for some weeks: people's examples, snapshots of them, runs that used them."""

from typing import Any

from finetune import Example, Message, Run, RunState, Source, Status
from finetune.adapters.redis import Keys, RedisRunStore
from tests.factories import ADMIN, ASKER, CURATOR, JAPANESE, TEAM
from tests.scenarios.pages.conftest import House

START = 1_794_000_000.0  # seconds since the epoch
DAY = 86_400.0
MODEL = "gpt-4.1-mini-2025-04-14"
QUESTIONS = (
    ("How many days of leave do I get?", "You get **25 days** of leave each year.", "20 days."),
    (
        "有給休暇は何日ありますか？",
        "年次有給休暇は年に25日です。入社6か月後から使えます。",
        "年次有給休暇は年に20日です。",
    ),
    (
        "Where is the VPN set up? 🔐",
        "Run this:\n```sh\nvpn connect --profile office\n```\nthen sign in.",
        "Ask IT.",
    ),
    (
        "Wer genehmigt Reisen nach Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch?",
        "Deine Teamleitung, Donaudampfschifffahrtsgesellschaftskapitänsmützenabteilung inbegriffen.",
        "Niemand.",
    ),
    ("経費の締め日はいつ？", "毎月25日です。休日の場合は前営業日です。", "月末です。"),
    (
        "Can I work from another country?",
        "Yes, for up to 30 days a year, after your lead has agreed. " * 4,
        "No.",
    ),
)


def taught(number: int, **changes: Any) -> Example:
    """A correction or a 👍, by one of three people, given on a day of its own."""
    question, answer, before = QUESTIONS[number % len(QUESTIONS)]
    corrected = number % 3 == 0
    said = (
        Message(role="system", content="Answer from the handbook."),
        Message(role="user", content=f"{question} ({number})"),
        Message(role="assistant", content=answer),
    )
    at = START + number * DAY / 4
    values: dict[str, Any] = {
        "example_id": f"reply-{number}",
        "messages": said,
        "rejected": before if corrected else None,
        "status": Status.APPROVED if number % 5 else Status.PENDING,
        "source": Source.CORRECTION if corrected else Source.THUMBS_UP,
        "thread": f"C0GENERAL1:{number}",
        "reply_id": f"C0GENERAL1:{at}",
        "authors": ((ASKER, JAPANESE, CURATOR)[number % 3 if number % 7 else 2],),
        "created_at": at,
        "updated_at": at,
    }
    return Example.model_validate(values | changes)


def run(number: int, state: RunState, snapshot_id: str, **changes: Any) -> Run:
    """One that used a snapshot, so many days after the start."""
    at = START + number * DAY
    values: dict[str, Any] = {
        "run_id": f"run-2611{number:02}-00000000",
        "state": state,
        "requested_by": ADMIN,
        "created_at": at,
        "updated_at": at + 900,
        "base_model": MODEL,
        "snapshot_id": snapshot_id,
        "candidate": f"ft:{MODEL}:team::{number}",
    }
    return Run.model_validate(values | changes)


async def keep(house: House, one: Run) -> None:
    """As the state machine keeps it; one that is promoted answers."""
    workspace = house.service.toolkit.workspace(TEAM)
    store = RedisRunStore(house.service.toolkit._client, Keys(TEAM))
    begun = one.model_copy(update={"state": RunState.PLANNED})
    await store.plan(begun, key=one.run_id, per_day=99)
    await store.save(one)
    if one.state is RunState.PROMOTED and one.candidate:
        await workspace.registry.promote(one.candidate, run_id=one.run_id, by=ADMIN)


async def learnt(house: House, count: int = 40) -> list[str]:
    """Examples of so many, curators' decisions, three snapshots and four runs; ids of the snapshots."""
    workspace = house.service.toolkit.workspace(TEAM)
    dataset, snapshots = workspace.dataset, workspace.snapshots
    for number in range(count):
        await dataset.submit(taught(number))
    await _ruled(house)
    rows = await dataset.approved()
    first = snapshots.take(rows[: count // 2], MODEL)
    moved = rows[2].model_copy(
        update={"messages": (*rows[2].prompt, Message(role="assistant", content="Es gilt: 30日。"))}
    )
    second = snapshots.take([*rows[1:2], moved, *rows[3:]], MODEL)
    third = snapshots.take(rows[:9], "handbook-base")
    for number, (state, taken) in enumerate(
        (
            (RunState.PROMOTED, first),
            (RunState.REJECTED, first),
            (RunState.CANCELLED, third),
            (RunState.PROMOTED, second),
        )
    ):
        await keep(house, run(number + 11, state, taken.snapshot_id))
    return [each.snapshot_id for each in (first, second, third)]


async def _ruled(house: House) -> None:
    """Two curators decide about some of what waits, and agree in most."""
    dataset = house.dataset
    for number, row in enumerate(await dataset.pending(limit=200)):
        by = (CURATOR, ADMIN)[number % 2]
        if number % 4 == 3:
            await dataset.reject(row.example_id, by, "not our rule")
        elif number % 4 != 2:
            await dataset.approve(row.example_id, by)
