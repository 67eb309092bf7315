"""Names instead of ids, as far as Slack tells them."""

import pytest

from bot.slack.names import MOST_ASKED, Names
from bot.slack.people import People
from tests.factories import CHANNEL, TEAM
from tests.fakes.slack_stub import NoPreferences, SlackStub

pytestmark = pytest.mark.anyio


@pytest.fixture
def slack() -> SlackStub:
    return SlackStub(
        users={"U1": {"name": "ben", "profile": {"display_name": "Ben"}}},
        channels={
            "C1": {"id": "C1", "name": "hours"},
            "C2": {"id": "C2", "name": "layoffs", "is_private": True},
        },
        groups=[{"id": "S1", "handle": "shop-floor"}],
    )


@pytest.fixture
def names(slack: SlackStub) -> Names:
    return Names(slack, People(slack, NoPreferences()))  # type: ignore[arg-type]


async def read(names: Names, text: str, channel: str = CHANNEL) -> str:
    [found] = await names.readable(TEAM, channel, [text])
    return found


async def test_people_channels_and_groups_get_their_names(names: Names) -> None:
    found = await read(names, "<@U1> of <!subteam^S1> asked in <#C1>")
    assert found == "@Ben of @shop-floor asked in #hours"


async def test_who_is_not_known_keeps_slacks_label_or_the_id(names: Names) -> None:
    assert await read(names, "<@U9> <@U9|stranger> <!subteam^S9>") == "@U9 @stranger @S9"


async def test_a_private_channels_name_is_told_only_inside_of_it(names: Names) -> None:
    assert await read(names, "see <#C2|>") == "see #private-channel"
    assert await read(names, "see <#C2|>", channel="C2") == "see #layoffs"
    assert await read(names, "see <#C404>") == "see #private-channel"


async def test_each_name_is_asked_once(names: Names, slack: SlackStub) -> None:
    for _ in range(3):
        await read(names, "<@U1> <@U1> <#C1> <#C404> <!subteam^S1> <!subteam^S9>")
    asked = [(method, about.get("id")) for method, about in slack.calls]
    assert sorted(asked, key=str) == [
        ("conversations.info", "C1"),
        ("conversations.info", "C404"),
        ("usergroups.list", None),
        ("usergroups.list", None),
        ("users.info", "U1"),
    ]


async def test_a_message_that_names_thousands_asks_for_some_of_them(
    names: Names, slack: SlackStub
) -> None:
    await read(names, " ".join(f"<@U{number}>" for number in range(3000)))
    assert len(slack.calls) == MOST_ASKED
