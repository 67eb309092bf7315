"""Who clicks, saves or commands while the database takes no write reads that, and may try again."""

import pytest

from bot.texts.chat import EN, JA
from tests.factories import ADMIN, ASKER
from tests.fakes.workplace import until
from tests.scenarios.outages.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]


async def test_a_full_database_is_said_to_whoever_clicks_and_what_was_typed_stays(
    site: Site,
) -> None:
    ts = await site.people.ask(ASKER, "@apprentice hello?")
    answer = await site.people.answer(ts)
    await site.people.click(ASKER, answer, "feedback", "down")
    view = await site.people.view(ASKER)

    site.database.fill()
    refused = await site.people.submit(ASKER, view, correction="Good morning")
    assert refused["errors"] == {"correction": f"{EN.not_stored}\n{JA.not_stored}"}
    await site.people.click(ASKER, answer, "feedback", "up")
    await site.people.whisper(ASKER, having=EN.not_stored)
    await site.people.command(ADMIN, "status")
    await site.people.whisper(ADMIN, having=EN.not_stored)

    site.database.empty()

    async def saved() -> bool:
        return not (await site.people.submit(ASKER, view, correction="Good morning")).get("errors")

    await until("the correction to be saved", saved)
    await site.people.no_view(ASKER)
