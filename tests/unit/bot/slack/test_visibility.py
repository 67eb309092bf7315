"""Who may see a channel, by what Slack says of both."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.errors import SurfaceUnavailable
from bot.slack.visibility import Visibility
from tests.factories import ASKER, CHANNEL, TEAM

pytestmark = pytest.mark.anyio

PUBLIC = {"id": CHANNEL, "is_channel": True, "is_private": False, "is_ext_shared": True}
MEMBER = {"id": ASKER, "team_id": TEAM}


class Slack:
    """A Web API client with one channel and one person; members come one to a page."""

    def __init__(
        self,
        channel: dict[str, Any] | None = None,
        person: dict[str, Any] | None = None,
        members: tuple[str, ...] = (),
        error: str = "",
    ) -> None:
        self.channel, self.person, self.members, self.error = channel, person, members, error
        self.calls = 0

    async def conversations_info(self, **_: Any) -> dict[str, Any]:
        self.calls += 1
        if self.error:
            raise SlackApiError("no", {"error": self.error})
        return {"channel": self.channel or PUBLIC}

    async def users_info(self, **_: Any) -> dict[str, Any]:
        if self.person is None:
            raise SlackApiError("no", {"error": "user_not_found"})
        return {"user": self.person}

    async def conversations_members(self, *, cursor: str | None, **_: Any) -> dict[str, Any]:
        at = int(cursor or 0)
        after = str(at + 1) if at + 1 < len(self.members) else ""
        found = list(self.members[at : at + 1])
        return {"members": found, "response_metadata": {"next_cursor": after}}


class OneClient:
    """`Clients` of this one."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def of(self, team: str) -> Any:
        return self.slack

    async def hasty(self, team: str) -> Any:
        return self.slack


async def sees(slack: Slack, team: str = TEAM) -> bool:
    return await Visibility(OneClient(slack)).sees(team, ASKER, CHANNEL)


async def test_a_full_member_sees_a_public_channel_without_being_in_it() -> None:
    assert await sees(Slack(person=MEMBER))


@pytest.mark.parametrize(
    "limited",
    [
        {"team_id": "T0OTHER"},
        {"is_stranger": True},
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"deleted": True},
    ],
)
async def test_others_see_only_the_channels_they_are_in(limited: dict[str, Any]) -> None:
    person = {**MEMBER, **limited}
    assert not await sees(Slack(person=person, members=("U1", "U2")))
    assert await sees(Slack(person=person, members=("U1", "U2", ASKER)))


async def test_somebody_whom_slack_does_not_tell_of_counts_by_membership() -> None:
    assert not await sees(Slack(person=None))
    assert await sees(Slack(person=None, members=(ASKER,)))


@pytest.mark.parametrize("kind", ["is_private", "is_im", "is_mpim", "is_group"])
async def test_of_what_is_not_public_only_members_see_anything(kind: str) -> None:
    closed = {**PUBLIC, kind: True}
    assert not await sees(Slack(channel=closed, person=MEMBER, members=("U1",)))
    assert await sees(Slack(channel=closed, person=MEMBER, members=("U1", ASKER)))


async def test_in_an_organisation_its_own_people_are_members() -> None:
    person = {"team_id": "T1", "enterprise_user": {"enterprise_id": "E1", "teams": ["T1", "T2"]}}
    assert await sees(Slack(person=person), "E1")
    assert await sees(Slack(person=person), "T2")
    assert not await sees(Slack(person=person), "T3")


async def test_what_slack_will_not_tell_is_no() -> None:
    assert not await sees(Slack(person=MEMBER, error="channel_not_found"))


async def test_while_slack_is_in_trouble_nobody_knows() -> None:
    with pytest.raises(SurfaceUnavailable):
        await sees(Slack(person=MEMBER, error="internal_error"))


async def test_an_answer_is_remembered_for_a_while() -> None:
    slack = Slack(person=MEMBER)
    seeing = Visibility(OneClient(slack))
    assert [await seeing.sees(TEAM, ASKER, CHANNEL) for _ in range(3)] == [True] * 3
    assert slack.calls == 1
