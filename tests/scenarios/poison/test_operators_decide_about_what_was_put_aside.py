"""`bot aside` lists, tries again and drops; `bot doctor` says that there is something."""

import json
import time

import pytest

from bot.adapters.redis import RedisAside
from bot.domain.aside import Piece, PutAside, Why
from tests.factories import CHANNEL, TEAM
from tests.scenarios.bot.conftest import SECRET, Office
from tests.scenarios.poison.listing import bot, listed

pytestmark = pytest.mark.anyio
ABOUT = {"team": TEAM, "channel": CHANNEL, "ts": "1732170000.000100"}


def entry(ts: str) -> PutAside:
    piece = Piece(kind="cover", team=TEAM, key=f"cover-{ts}", arguments={**ABOUT, "ts": ts})
    return PutAside(piece=piece, why=Why.FAILS, error="KeyError", tries=5, at=time.time())


async def put(office: Office, *stamps: str) -> list[PutAside]:
    entries = [entry(ts) for ts in stamps]
    aside = office.service.chance.aside
    assert isinstance(aside, RedisAside)
    for each in entries:
        await aside.put(each)
    return entries


@pytest.fixture
def environment(office: Office, redis_url: str) -> dict[str, str]:
    settings = office.service.settings
    return {
        "REDIS_URL": redis_url,
        "DATA_DIR": str(settings.data_dir),
        "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "SLACK_BASE_URL": settings.slack_base_url,
        "SLACK_SIGNING_SECRET": SECRET,
    }


async def test_each_is_listed_tried_again_or_dropped(
    office: Office, environment: dict[str, str]
) -> None:
    [mended, dropped] = await put(office, "1.000001", "2.000002")
    assert {row["id"] for row in await listed(environment)} == {mended.aside_id, dropped.aside_id}
    code, out, _ = await bot(environment, "aside", "--retry", mended.aside_id)
    assert (code, out.split()) == (0, [mended.aside_id, "queued"])
    code, out, _ = await bot(environment, "aside", "--dismiss", "all", "--json")
    assert json.loads(out) == {"done": {dropped.aside_id: "dismissed"}}
    code, out, _ = await bot(environment, "aside")
    assert (code, out) == (0, "nothing is put aside\n")


async def test_an_id_that_names_nothing_is_said_in_one_line(
    office: Office, environment: dict[str, str]
) -> None:
    code, out, err = await bot(environment, "aside", "--retry", "nobody")
    assert (code, out) == (1, "")
    assert err == "bot: nothing is put aside as nobody; `bot aside` lists what is\n"


async def test_doctor_counts_it_and_says_what_to_do(
    office: Office, environment: dict[str, str]
) -> None:
    await put(office, "1.000001", "2.000002")
    _, out, _ = await bot(environment, "doctor", "--json")
    found = {each["name"]: each["advice"] for each in json.loads(out)["findings"]}
    assert "bot aside --retry" in found["work put aside (cover: 2)"]
