"""Runs at the desk over HTTP: who may do what, once, and who was overtaken; streams that end."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.web.runs import streams
from finetune import RunState
from tests.factories import ADMIN, CURATOR
from tests.run_values import AFTER, awaiting, keep, store_of, training
from tests.scenarios.pages.conftest import House, sign_in, token_in
from tests.toolkit_values import correction, example

pytestmark = pytest.mark.anyio
CHANGES = {"retrain_min_examples": "2", "retrain_max_per_day": "9"}
RUN = "/curate/runs/run-261122-cc33dd44"


async def post(browser: httpx.AsyncClient, path: str, **more: str) -> httpx.Response:
    """From our own page, whatever it offers."""
    token = token_in(await browser.get("/curate/runs"))
    return await browser.post(path, data={"form_token": token} | more)


async def state(house: House) -> RunState:
    found = await store_of(house).glance(RUN.rpartition("/")[2])
    assert found is not None
    return found.state


async def test_decisions_are_offered_to_admins_and_refused_to_others(house: House) -> None:
    await keep(house, awaiting())
    async with house.browser() as admin, house.browser() as curator:
        await sign_in(admin, ADMIN)
        await sign_in(curator, CURATOR)
        assert f"{RUN}/promote" in (await admin.get(RUN)).text
        assert f"{RUN}/promote" not in (await curator.get(RUN)).text
        assert "/curate/runs/start" not in (await curator.get("/curate/runs")).text
        for path in (f"{RUN}/promote", "/curate/runs/start", "/curate/runs/rollback"):
            assert (await curator.get(path)).status_code == 403
        assert (await post(curator, f"{RUN}/decline")).status_code == 403
        assert (await post(curator, "/curate/runs/start", key="0" * 32)).status_code == 403
        assert await state(house) is RunState.AWAITING_APPROVAL


async def test_the_question_says_which_model_answers_afterwards(house: House) -> None:
    await keep(house, awaiting())
    async with house.browser() as admin:
        await sign_in(admin, ADMIN)
        page = (await admin.get(f"{RUN}/promote")).text
        assert f"{AFTER} answers everyone from the next message on, instead of" in page
        assert "It was compared with" in page  # with another model than the one that answers
        assert (await admin.get("/curate/runs/run-none/promote")).status_code == 404
        assert (await admin.get(f"{RUN}/cancel")).status_code == 409


async def test_a_decision_that_is_sent_twice_is_one(house: House) -> None:
    await keep(house, awaiting())
    async with house.browser() as admin:
        await sign_in(admin, ADMIN)
        answers = await asyncio.gather(*(post(admin, f"{RUN}/decline") for _ in range(3)))
    assert {answer.headers["location"] for answer in answers} == {f"{RUN}?done=decline"}
    assert await state(house) is RunState.REJECTED


async def test_whoever_comes_after_somebody_else_is_told(house: House) -> None:
    await keep(house, awaiting())
    async with house.browser() as one, house.browser() as other:
        await sign_in(one, ADMIN)
        await sign_in(other, ADMIN)
        await post(one, f"{RUN}/decline")
        late = await post(other, f"{RUN}/promote")
    assert late.status_code == 409
    assert "Somebody was faster" in late.text
    assert "Rejected by chie" in late.text
    assert await state(house) is RunState.REJECTED


async def test_a_form_that_is_sent_twice_starts_one_run(house: House) -> None:
    for row in [example(f"e{n}", question=f"Question {n}?") for n in range(6)]:
        await house.dataset.submit(row)
    await house.dataset.submit(correction())
    async with house.browser() as admin:
        await sign_in(admin, ADMIN)
        page = await admin.get("/curate/runs/start")
        assert "Estimated cost" in page.text
        form = {name: token_in(page, name) for name in ("form_token", "key")}
        none = await admin.post("/curate/runs/start", data=form | {"base_model": ":other:"})
        assert none.status_code == 422
        sent = (admin.post("/curate/runs/start", data=form) for _ in range(3))
        places = {answer.headers["location"] for answer in await asyncio.gather(*sent)}
        assert len(places) == 1
        [run] = await store_of(house).listed(9)
        assert (run.trigger, run.requested_by) == ("desk", ADMIN)
        again = await admin.get("/curate/runs/start")
        assert "has not ended" in again.text
        assert 'name="key"' not in again.text
        refused = await post(admin, "/curate/runs/start", key="0" * 32)
        assert refused.status_code == 409
        assert "has not ended" in refused.text


async def test_rolling_back_leaves_the_model_that_was_shown(house: House) -> None:
    registry = house.service.toolkit.workspace("T0DEMO0001").registry
    for number in (1, 2):
        await registry.promote(f"tuned-{number}", run_id=f"run-{number}", by=ADMIN)
    async with house.browser() as admin:
        await sign_in(admin, ADMIN)
        page = (await admin.get("/curate/runs/rollback?leaving=tuned-2")).text
        assert "tuned-1 answers everyone from the next message on, instead of tuned-2" in page
        for done in ("rollback", "rollback_same"):
            answer = await post(admin, "/curate/runs/rollback", leaving="tuned-2")
            if done == "rollback":
                assert answer.headers["location"] == "/curate/runs?done=rollback"
        assert await registry.champion() == "tuned-1"
        late = await admin.get("/curate/runs/rollback?leaving=tuned-2")
        assert (late.status_code, "tuned-1 answers now" in late.text) == (409, True)


async def told(answer: httpx.Response) -> AsyncIterator[str]:
    """Names of events as they come."""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            yield line.removeprefix("event: ")


async def test_a_stream_tells_of_a_change_and_ends_with_the_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PAUSE", 0.05)
    run = training()
    await keep(house, run)
    path = f"/curate/runs/{run.run_id}/events?seen=1"
    async with house.browser() as curator:
        await sign_in(curator)
        async with curator.stream("GET", path) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            heard = told(answer)
            stored = await store_of(house).get(run.run_id)
            assert stored is not None
            stored = await store_of(house).save(stored.model_copy(update={"asked": 5}))
            assert await anext(heard) == "changed"
            await store_of(house).save(stored.model_copy(update={"state": RunState.CANCELLED}))
            assert [name async for name in heard] == ["changed", "over"]
        missing = await curator.get("/curate/runs/run-none/events")
        assert missing.status_code == 404
    async with house.browser() as stranger:
        assert (await stranger.get(path)).status_code == 403


async def test_a_stream_ends_with_the_role_and_with_the_process(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PAUSE", 0.05)
    monkeypatch.setattr(streams, "CHECK", 1)
    await keep(house, run := training())
    path = f"/curate/runs/{run.run_id}/events?seen=1"
    async with house.browser() as curator:
        await sign_in(curator)
        async with curator.stream("GET", path) as answer:
            monkeypatch.setattr("bot.slack.roles.SlackRoles.is_curator", nobody)
            assert [name async for name in told(answer)] == ["over"]
        monkeypatch.undo()
        monkeypatch.setattr(streams, "PAUSE", 0.05)
        leaving = house.service.health.leaving
        async with curator.stream("GET", path) as answer:
            monkeypatch.setattr(leaving, "begun", True)
            assert [name async for name in told(answer)] == []
        assert (await curator.get(path)).status_code == 503


async def test_too_many_streams_are_refused_politely(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "PAUSE", 0.05)
    monkeypatch.setattr(streams, "EACH", 1)
    await keep(house, run := training())
    path = f"/curate/runs/{run.run_id}/events?seen=1"
    async with house.browser() as curator:
        await sign_in(curator)
        async with curator.stream("GET", path) as first:
            assert first.status_code == 200
            refused = await curator.get(path)
            assert refused.status_code == 429
            assert "You are watching enough runs" in refused.text
        for _ in range(100):  # its seat is free once the server has noticed
            async with curator.stream("GET", path) as next_one:
                if next_one.status_code == 200:
                    return
            await asyncio.sleep(0.05)
    pytest.fail("the seat was not given back")


async def test_ten_thousand_questions_are_leafed_through(house: House) -> None:
    await keep(house, awaiting(fixed=4_000, broken=1_000, wrong=1_000, kept=4_000))
    async with house.browser() as curator:
        await sign_in(curator)
        page = await curator.get(f"{RUN}?tab=kept&group=seen&page=100")
        assert "1\u202f981 to 2\u202f000 of 2\u202f000" in page.text
        assert len(re.findall('<article class="card case">', page.text)) == 20
        assert (await curator.get(f"{RUN}?tab=none")).status_code == 422


async def nobody(*_: object) -> bool:
    return False
