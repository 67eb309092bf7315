"""Whatever is the matter with the database: Slack is refused in time and sends again, /readyz says
in one line what to do, the log stays readable, and afterwards everything is answered once.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

import pytest

from tests.factories import ASKER
from tests.fakes.workplace import until
from tests.scenarios.outages.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]


class Trouble(NamedTuple):
    """How it begins and ends, and a word of what /readyz says meanwhile."""

    begin: Callable[[Site], object]
    end: Callable[[Site], object]
    word: str


TROUBLES = {
    "away": Trouble(lambda s: s.database.stop(), lambda s: s.database.start(), "does not answer"),
    "full": Trouble(lambda s: s.database.fill(), lambda s: s.database.empty(), "is full"),
    "read-only": Trouble(
        lambda s: s.database.follow(1), lambda s: s.database.lead(), "read-only replica"
    ),
    "loading": Trouble(
        lambda s: s.database.start_loading(), lambda s: s.database.loaded(), "is loading"
    ),
    "silent": Trouble(lambda s: s.line.hold(), lambda s: s.line.release(), "does not answer"),
    "slow": Trouble(
        lambda s: setattr(s.line, "delay", 3.0), lambda s: setattr(s.line, "delay", 0.0), "answer"
    ),
}
LINES = 8  # of the log about one trouble: what it is by and by, what fails, that it is over


async def test_slack_is_refused_in_time_and_everything_answered_once_after_each_trouble(
    site: Site,
) -> None:
    """One after the other, so that the bot is seen to get over each without a restart."""
    for kind, trouble in TROUBLES.items():
        ts = await site.people.ask(ASKER, "Not for the bot yet")
        seen = len(site.logged())
        trouble.begin(site)
        status, _ = await asyncio.gather(
            site.deliver("<@U0APPRENTI> hello?", ts), _not_ready(site, kind)
        )
        assert status is not None, kind
        assert status >= 500, kind
        trouble.end(site)
        await _taken(site, ts)
        await site.people.answer(ts)
        await site.deliver("<@U0APPRENTI> hello?", ts)
        after = await site.people.ask(ASKER, "@apprentice and now?")
        await site.people.answer(after)
        assert len(await site.people.answers(ts)) == 1, kind
        await until("the bot to be ready", site.is_ready)
        loud = [line for line in site.logged()[seen:] if line["level"] in ("error", "warning")]
        assert len(loud) <= LINES, (kind, loud)
    assert "Traceback" not in site.bot.log()


async def _not_ready(site: Site, kind: str) -> None:
    async def said() -> bool:
        code, problems = await site.ready()
        assert code == 503, kind
        assert len(problems) == 1, kind
        return TROUBLES[kind].word in problems[0]  # a connection that was cut is told first

    await until(f"the trouble to be named: {kind}", said)


async def _taken(site: Site, ts: str) -> None:
    async def taken() -> bool:
        return await site.deliver("<@U0APPRENTI> hello?", ts) == 200

    await until("the delivery to be taken", taken)
