"""Rightly signed payloads with ids of others, of the wrong people, and with values of any kind."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from bot.adapters.redis import RedisTurns
from bot.domain.aside import Piece, PutAside, Why
from bot.sandbox.dispatcher import signature
from finetune import RunState, Status
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, GUEST, MANAGERS, TEAM, reply, turn
from tests.fakes.serving import served
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import DAY, SECRET, Office
from tests.scenarios.intruders.crafted import (
    NOWHERE,
    ODD,
    Json,
    click,
    home_click,
    shortcut,
    submission,
)
from tests.toolkit_values import example

pytestmark = pytest.mark.anyio
ELSEWHERE = "T0OTHER001"
# What goes by itself: beside a run's own message and record, which its job's end would change.
PASSING = (
    *("signature", "replay", "quota", "tries", "tasks", "waiting", "alone", "told"),
    *("notice", ":run:", ":hold:", ":lock"),
)


@dataclass(frozen=True)
class Ids:
    """Of one workspace."""

    public: str
    private: str
    example: str
    run: str
    aside: str


async def furnished(office: Office, team: str) -> Ids:
    """Two replies, an example that waits, a run, and something put aside."""
    turns = RedisTurns(office.redis, DAY)
    names = []
    for number, channel in enumerate((CHANNEL, MANAGERS)):
        ts = f"173217000{number}.00{len(team)}{ord(team[2])}"
        asked = turn(team=team, channel=channel, ts=ts, thread_ts=ts, user=CURATOR)
        answer = reply().model_copy(
            update={"reply_id": asked.reply_id, "team": team, "channel": channel, "thread_ts": ts}
        )
        await turns.accept(asked)
        await turns.save_reply(asked, answer)
        await turns.answered(asked, f"{ts}9")
        names.append(asked.reply_id)
    workspace = office.service.toolkit.workspace(team)
    waiting = example(f"waits-{team}", "25 days.", status=Status.PENDING, approved_by=None)
    await workspace.dataset.submit(waiting)
    for n in range(6):
        taught = example(f"taught-{team}-{n}", f"{n}.", question=f"Rule {n}?", thread=f"t{n}")
        await workspace.dataset.submit(taught)
    run = await workspace.runs.plan(key="first", requested_by=ADMIN, trigger="slack")
    await office.service.chance.tasks.advance(team, run.run_id)

    async def training() -> bool:
        return (await workspace.runs.get(run.run_id)).state is RunState.TRAINING

    await until("the run to train", training)
    piece = Piece(
        kind="cover", team=team, key="k", arguments={"team": team, "channel": "C", "ts": team}
    )
    entry = PutAside(piece=piece, why=Why.FAILS, tries=5, at=4e9)
    await office.service.chance.aside.put(entry)
    return Ids(*names, waiting.example_id, run.run_id, entry.aside_id)


@dataclass
class Crafting:
    """Sends payloads, and sees what became of them."""

    office: Office
    ours: Ids
    theirs: Ids
    http: httpx.AsyncClient
    told: str  # where answers to clicks go

    async def vain(self, payloads: list[Json]) -> list[str]:
        """Send them all; what should not have happened."""
        wrong: list[str] = []
        before = await self.kept()
        for payload in payloads:
            with capture_logs() as logs:
                answer = await self.send(payload)
            name = json.dumps([payload.get("actions"), payload.get("view")])[:300]
            refused = [line for line in logs if line["event"] == "listener_failed"]
            if answer.status_code >= 500 and not (answer.status_code == 503 and refused):
                wrong.append(f"{answer.status_code} for {name}: {logs}")
            if any("exc_info" in line or "exception" in line for line in logs):
                wrong.append(f"a traceback for {name}: {logs}")
        after = await self.kept()
        changed = {k for k in before.keys() | after.keys() if before.get(k) != after.get(k)}
        for team, ids in ((TEAM, self.ours), (ELSEWHERE, self.theirs)):
            run = await self.office.service.toolkit.workspace(team).runs.get(ids.run)
            if run.state is not RunState.TRAINING:
                wrong.append(f"the run of {team} is {run.state}")
        return [*wrong, *(f"changed: {name}" for name in changed)]

    async def send(self, payload: Json) -> httpx.Response:
        answers = {"response_url": self.told} if "response_url" in payload else {}
        body = urlencode({"payload": json.dumps(payload | answers)})
        headers = {"Content-Type": "application/x-www-form-urlencoded", **signature(SECRET, body)}
        url = f"{self.office.bot_url}/slack/events"
        return await self.http.post(url, content=body, headers=headers)

    async def kept(self) -> dict[str, str]:
        """All that lies in Redis, less what goes by itself."""
        redis, found = self.office.redis, {}
        async for name in redis.scan_iter(count=1000):
            if any(part in name for part in PASSING):
                continue
            kind = await redis.type(name)
            read: Any = {
                "string": redis.get,
                "hash": redis.hgetall,
                "set": redis.smembers,
                "zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
            }.get(str(kind))
            if read is None:  # gone in the meantime
                continue
            value = await read(name)
            found[str(name)] = str(sorted(value) if isinstance(value, set) else value)
        return found


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
async def crafting(office: Office) -> AsyncIterator[Crafting]:
    ours, theirs = await furnished(office, TEAM), await furnished(office, ELSEWHERE)
    async with (
        served(_sink) as told,
        httpx.AsyncClient(timeout=20) as http,
    ):
        yield Crafting(office, ours, theirs, http, told)


async def _sink(scope: Any, receive: Any, send: Any) -> None:
    """Slack's response_url: takes everything."""
    if scope["type"] == "http":
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


def votes(user: str, reply_id: str) -> list[Json]:
    """Every way to say something about a reply."""
    mark = {"metadata": {"event_type": "apprentice_reply", "event_payload": {"reply_id": reply_id}}}
    ts = reply_id.rpartition(":")[2] + "9"
    under = click(user, {"action_id": "feedback", "value": "up"}, ts=ts)
    named = {"action_id": "feedback", "value": "down", "block_id": f"reply-{reply_id}"}
    return [
        {**under, "message": {**under["message"], **mark}},
        click(user, named),
        click(user, {**named, "block_id": f"feedback-{reply_id}"}, channel=MANAGERS),
        submission(user, "correction", {"reply_id": reply_id}, {"correction": "Mine."}),
        shortcut(user, "correct_reply", {"ts": ts, **mark}),
        shortcut(user, "try_again", {"ts": ts, **mark}),
        click(user, {"action_id": "stop_reply", "value": reply_id}),
        click(user, {"action_id": "answer_again", "value": reply_id}),
    ]


def rulings(user: str, ids: Ids) -> list[Json]:
    """What curators and admins do, about these ids."""
    about = json.dumps({"example_id": ids.example, "seen": "anything"})
    reviews = [
        home_click(user, {"action_id": f"review_{verb}", "value": about})
        for verb in ("approve", "reject", "edit")
    ]
    return [
        *reviews,
        submission(user, "review_edit", about, {"correction": "Mine."}),
        *deeds(user, ids),
    ]


def deeds(user: str, ids: Ids) -> list[Json]:
    """What admins do, about these ids."""
    runs = [
        click(user, {"action_id": f"run_{verb}", "value": ids.run})
        for verb in ("promote", "hold", "decline", "cancel")
    ]
    asides = [
        home_click(user, {"action_id": f"aside_{verb}", "value": ids.aside})
        for verb in ("again", "dismiss")
    ]
    return [*runs, *asides]


def settings(user: str) -> list[Json]:
    """What admins set, and the start of a run."""
    values = {"system_prompt": "Obey.", "model_name": "mine", "title-1": "a", "text-1": "b"}
    return [
        submission(user, "retrain", {"channel": CHANNEL}),
        submission(user, "channel", {"channel": CHANNEL}, values),
        submission(user, "workspace", {}, values),
        home_click(user, {"action_id": "channel_edit", "value": CHANNEL}),
        home_click(user, {"action_id": "channel_choose", "selected_conversation": CHANNEL}),
        home_click(user, {"action_id": "workspace_edit"}),
    ]


async def test_ids_of_another_workspace_name_nothing(crafting: Crafting) -> None:
    theirs = crafting.theirs
    payloads = [
        *votes(ADMIN, theirs.private.replace(MANAGERS, "C0ELSEWHER")),
        *votes(ADMIN, f"{ELSEWHERE}:{theirs.public}"),
        *rulings(ADMIN, theirs),
    ]
    assert await crafting.vain(payloads) == []


@pytest.mark.parametrize("user", [ASKER, GUEST, "U0STRANGER"])
async def test_who_does_not_see_a_channel_says_nothing_about_its_replies(
    crafting: Crafting, user: str
) -> None:
    assert await crafting.vain(votes(user, crafting.ours.private)) == []


@pytest.mark.parametrize("user", [ASKER, GUEST, "U0STRANGER", ""])
async def test_who_is_neither_curator_nor_admin_rules_over_nothing(
    crafting: Crafting, user: str
) -> None:
    payloads = [*rulings(user, crafting.ours), *settings(user)]
    assert await crafting.vain(payloads) == []


async def test_a_curator_does_nothing_that_is_for_admins(crafting: Crafting) -> None:
    assert await crafting.vain([*deeds(CURATOR, crafting.ours), *settings(CURATOR)]) == []


ACTIONS = (
    *(f"review_{verb}" for verb in ("approve", "reject", "edit")),
    *(f"run_{verb}" for verb in ("promote", "hold", "decline", "cancel")),
    *("aside_again", "aside_dismiss", "channel_edit", "home_page_on", "home_page_back"),
    *("stop_reply", "answer_again"),
)


async def test_odd_values_are_refused_without_a_traceback(crafting: Crafting) -> None:
    payloads = []
    for action_id in ACTIONS:
        for value in (*NOWHERE, *ODD):
            action = {"action_id": action_id, "value": value}
            under = action_id.startswith(("run_", "stop", "answer"))
            payloads.append(click(ADMIN, action) if under else home_click(ADMIN, action))
    assert await crafting.vain(payloads) == []


async def test_odd_metadata_of_modals_is_refused_without_a_traceback(crafting: Crafting) -> None:
    said = {"correction": "Mine.", "system_prompt": "Obey."}
    payloads = [
        submission(ADMIN, callback_id, metadata, said)
        for callback_id in ("correction", "review_edit", "channel")
        for metadata in (
            *NOWHERE,
            *ODD,
            *({"reply_id": odd, "channel": odd} for odd in (*NOWHERE, *ODD)),
            {"reply_id": crafting.ours.public, "between": 7},
            {"example_id": crafting.ours.example, "seen": "x", "between": {"a": 1}},
        )
    ]
    assert await crafting.vain(payloads) == []


@pytest.mark.parametrize("missing", ["actions", "container", "view"])
async def test_payloads_with_parts_missing_change_nothing(crafting: Crafting, missing: str) -> None:
    payloads = [*rulings(ADMIN, crafting.theirs), *votes(ASKER, crafting.ours.private)]
    cut = [{name: part for name, part in each.items() if name != missing} for each in payloads]
    assert await crafting.vain(cut) == []
