"""From a reply to model, run, snapshot, examples and authors, and back, by whoever may see the reply."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis

from tests.factories import ASKER, CURATOR, TEAM
from tests.model_values import FIRST, SECOND, Team, seed
from tests.scenarios.pages.conftest import House, sign_in

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def team(home: House, valkey_url: str) -> AsyncIterator[Team]:
    async with Redis.from_url(valkey_url, decode_responses=True) as redis:
        await redis.flushall()
        yield await seed(redis, home.service.toolkit.workspace(TEAM))


@pytest.fixture(scope="module")
async def curator(home: House, team: Team) -> AsyncIterator[httpx.AsyncClient]:
    async with home.browser() as browser:
        await sign_in(browser, CURATOR)
        yield browser


async def test_every_node_of_the_chain_leads_on(curator: httpx.AsyncClient, team: Team) -> None:
    page = (await curator.get(f"/curate/lineage/{team.voted.reply_id}")).text
    for place in (
        f"/curate/people/{ASKER}",
        f"/curate/models/{SECOND.replace(':', '%3A')}",
        f"/curate/runs/{team.second.run_id}",
        f"/curate/snapshots/{team.second.snapshot_id}",
        f"/curate/lineage/examples/{team.example_id.replace(':', '%3A')}",
    ):
        assert f'href="{place}"' in page
    nearest = re.findall(r'href="(/curate/lineage/examples/lesson-[^"]+)"', page)
    back = (await curator.get(nearest[0])).text
    assert SECOND in back
    assert team.second.run_id in back


async def test_what_a_colleague_asked_without_any_vote_is_not_to_be_read_here(
    curator: httpx.AsyncClient, team: Team
) -> None:
    assert (await curator.get(f"/curate/lineage/{team.own.reply_id}")).status_code == 200
    answer = await curator.get(f"/curate/lineage/{team.private.reply_id}")
    assert answer.status_code == 404
    assert "Only your own questions" in answer.text
    ts = team.private.turn_id.rpartition(":")[2].replace(".", "")
    link = f"https://x.slack.com/archives/C0GENERAL1/p{int(ts[:10]) + 2}{ts[10:]}"
    lost = await curator.get("/curate/lineage", params={"link": link})
    assert lost.headers["location"].startswith("/curate/models?lost")


async def test_of_a_stale_snapshot_what_was_erased_is_not_shown_as_a_reason(
    home: House, curator: httpx.AsyncClient, team: Team
) -> None:
    here = home.service.toolkit.workspace(TEAM)
    [row] = [each for each in await here.dataset.approved() if "cash" in each.question]
    address = f"/curate/lineage/{team.voted.reply_id}"
    assert "hand the money back" in (await curator.get(address)).text
    await here.dataset.erase(row.example_id)
    here.snapshots.mark_stale(team.second.snapshot_id or "", "somebody asked for it")
    page = (await curator.get(address)).text
    assert "hand the money back" not in page
    assert "pick Gift card." in page, "what is still there is shown"
    await here.dataset.submit(row)


async def test_a_link_that_leads_nowhere_is_answered_with_what_helps(
    curator: httpx.AsyncClient,
) -> None:
    lost = await curator.get("/curate/lineage", params={"link": "https://example.org/"})
    page = await curator.get(lost.headers["location"])
    assert "no reply behind this link" in page.text


async def test_a_model_says_what_it_learnt_that_the_one_before_did_not_know(
    curator: httpx.AsyncClient,
) -> None:
    second = (await curator.get(f"/curate/models/{SECOND}")).text
    assert "Gift card" in second
    assert "Type 1150" not in second
    assert "Type 1150" in (await curator.get(f"/curate/models/{FIRST}")).text


async def test_a_promotions_effect_is_told_with_its_interval(curator: httpx.AsyncClient) -> None:
    page = (await curator.get("/curate/models?days=365")).text
    effects = page.partition('class="effects')[2].partition("</table>")[0]
    assert effects.count("badge yes") == 3  # two promotions, one of which was clearly better
    assert re.search(r"\[\d+\u202f% \u2013 \d+\u202f%\]", effects)
