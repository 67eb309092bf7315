"""Who is an admin, also where Slack tells nothing about a group."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.roles import SlackRoles

pytestmark = pytest.mark.anyio


class Groups:
    """`Clients`, and the one client they give: answers about user groups."""

    def __init__(self, refusal: str = "", status: int = 200) -> None:
        self.refusal, self.status = refusal, status
        self.asked: list[tuple[str, str | None]] = []

    async def of(self, team: str) -> "Groups":
        return self

    async def usergroups_users_list(
        self, *, usergroup: str, team_id: str | None
    ) -> dict[str, list[str]]:
        self.asked.append((usergroup, team_id))
        if self.refusal:
            raise SlackApiError("no", self._said())
        return {"users": ["U0MEMBER01"]}

    def _said(self) -> AsyncSlackResponse:
        return AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url="",
            req_args={},
            data={"ok": False, "error": self.refusal},
            headers={},
            status_code=self.status,
        )


async def _installer(team: str) -> str:
    return "U0INSTALL1"


def roles(groups: Groups) -> SlackRoles:
    return SlackRoles(groups, ("U0ADMIN001", "S0GROUP"), (), _installer)  # type: ignore[arg-type]


@pytest.mark.parametrize("refusal", ["plan_upgrade_required", "missing_argument", "not_allowed"])
async def test_a_group_that_cannot_be_read_has_no_members(refusal: str) -> None:
    assert not await roles(Groups(refusal)).is_admin("T0HILL0001", "U0MEMBER01")


@pytest.mark.parametrize(("refusal", "status"), [("internal_error", 200), ("odd", 503)])
async def test_trouble_that_passes_is_no_answer(refusal: str, status: int) -> None:
    with pytest.raises(SlackApiError):
        await roles(Groups(refusal, status)).is_admin("T0HILL0001", "U0MEMBER01")


@pytest.mark.parametrize("user", ["U0ADMIN001", "U0INSTALL1"])
async def test_whoever_is_known_by_name_needs_no_group(user: str) -> None:
    groups = Groups("internal_error")
    assert await roles(groups).is_admin("T0HILL0001", user)
    assert await roles(groups).is_curator("T0HILL0001", user)
    assert groups.asked == []


@pytest.mark.parametrize(("team", "expected"), [("T0HILL0001", "T0HILL0001"), ("E0GROUP001", None)])
async def test_a_group_is_asked_for_in_its_workspace(team: str, expected: str | None) -> None:
    groups = Groups()
    assert await roles(groups).is_admin(team, "U0MEMBER01")
    assert groups.asked == [("S0GROUP", expected)]
