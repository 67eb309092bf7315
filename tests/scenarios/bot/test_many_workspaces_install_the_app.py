"""OAuth: installing, installing again, token rotation, uninstalling; what is kept is encrypted."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis
from slack_sdk.oauth.installation_store import Installation

from bot.adapters.cipher import Cipher
from bot.adapters.redis import RedisInstallations
from bot.bootstrap import open_service
from bot.errors import NotReady
from bot.settings import Settings
from bot.slack.installation import Installations
from bot.slack.tokens import Tokens
from finetune import Query, digest
from tests.fakes.installed_bot import KEY, InstalledBot, installed_bot
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.slack_directory import Company, SlackDirectory, directory
from tests.fakes.slack_payloads import Sender, envelope, mention
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio
HILL = Sender()
RECORD = "apprentice:{T0HILL0001}:installation"


@pytest.fixture
async def slack() -> AsyncIterator[SlackDirectory]:
    async with directory() as made:
        yield made


@pytest.fixture
def hill(slack: SlackDirectory) -> Company:
    return slack.company("T0HILL0001", "Hill Bakery", "U0HILLBOSS")


@pytest.fixture
async def bot(
    slack: SlackDirectory, models: OpenAIStub, redis_url: str, tmp_path: Path
) -> AsyncIterator[InstalledBot]:
    async with installed_bot(slack, models, redis_url, tmp_path) as made:
        yield made


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


def installations(redis: Redis, *keys: str) -> Installations:
    return Installations(RedisInstallations(redis), Cipher(keys or (KEY,)))


async def answered(bot: InstalledBot, owner: str, text: str) -> None:
    await until(f"{text!r} in {owner}", lambda: any(text in t for t in bot.slack.texts(owner)))


async def test_a_workspace_that_installed_the_app_gets_answers_with_its_own_token(
    bot: InstalledBot, hill: Company
) -> None:
    page = await bot.install(hill)
    assert page.status_code == 200
    bot.models.queue("Twenty days.")
    assert (await bot.event(envelope(HILL, mention(HILL, "How many days?")))).status_code == 200
    await answered(bot, "T0HILL0001", "Twenty days.")
    assert {call.owner for call in bot.slack.calls if call.method != "oauth.v2.access"} == {
        "T0HILL0001"
    }


async def test_the_install_page_asks_for_the_scopes_of_the_manifest(bot: InstalledBot) -> None:
    page = await bot.http.get("/slack/install")
    assert "scope=app_mentions:read,assistant:write," in page.headers["location"]
    assert "redirect_uri=https://bot.example.com/slack/oauth_redirect" in page.headers["location"]
    assert "HttpOnly" in page.headers["set-cookie"]


async def test_a_workspace_that_did_not_install_the_app_is_not_answered(
    bot: InstalledBot, hill: Company
) -> None:
    hill.new_token()
    assert (await bot.event(envelope(HILL, mention(HILL, "Hello?")))).status_code == 200
    assert not bot.slack.calls
    assert not bot.models.chats


async def test_a_state_works_once(bot: InstalledBot, hill: Company) -> None:
    bot.slack.grant("first", hill)
    bot.slack.grant("second", hill)
    state, cookie = await bot.begin()
    assert (await bot.come_back(state, cookie, "first")).status_code == 200
    assert (await bot.come_back(state, cookie, "second")).status_code == 401


async def test_a_state_of_another_browser_is_refused(bot: InstalledBot, hill: Company) -> None:
    bot.slack.grant("code", hill)
    state, _cookie = await bot.begin()
    _other, cookie = await bot.begin()
    assert (await bot.come_back(state, cookie, "code")).status_code == 400
    assert not bot.slack.calls


async def test_a_state_that_is_too_old_is_refused(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    bot.slack.grant("code", hill)
    state, cookie = await bot.begin()
    [kept] = await redis.keys("apprentice:install:*")
    assert 0 < await redis.ttl(kept) <= 600
    await redis.delete(kept)  # as Redis does after that time
    assert (await bot.come_back(state, cookie, "code")).status_code == 401


async def test_an_installer_who_cancels_is_told_so(bot: InstalledBot) -> None:
    page = await bot.http.get("/slack/oauth_redirect", params={"error": "access_denied"})
    assert page.status_code == 200
    assert "access_denied" in page.text


async def test_tokens_are_not_readable_in_the_database(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    everything = [str(await redis.get(RECORD))]
    assert hill.tokens[0] not in "".join(everything)
    assert KEY not in "".join(everything)


async def test_a_key_is_changed_by_putting_the_new_one_in_front(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    new = Fernet.generate_key().decode()
    found = await installations(redis, new, KEY).of("T0HILL0001")
    assert found is not None
    assert found.bot_token == hill.tokens[0]
    assert await installations(redis, new).of("T0HILL0001") is None
    await installations(redis, new, KEY).reseal()
    assert await installations(redis, new).of("T0HILL0001") is not None


async def test_a_damaged_record_counts_as_not_installed_until_installed_again(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    await redis.set(RECORD, "gAAAAdamaged")
    assert (await bot.event(envelope(HILL, mention(HILL, "Hello?")))).status_code == 200
    assert not bot.models.chats
    await bot.install(hill)
    bot.models.queue("Here again.")
    await bot.event(envelope(HILL, mention(HILL, "Hello?")))
    await answered(bot, "T0HILL0001", "Here again.")


async def test_a_token_about_to_expire_is_refreshed_once(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    hill.rotates, hill.expires_in = True, 60
    await bot.install(hill)
    hill.expires_in = 12 * 3600
    bot.models.queue("With a fresh token.")
    await bot.event(envelope(HILL, mention(HILL, "Hello?")))
    await answered(bot, "T0HILL0001", "With a fresh token.")
    refreshed = [c for c in bot.slack.calls if c.parameters.get("grant_type") == "refresh_token"]
    assert len(refreshed) == 1
    found = await installations(redis).of("T0HILL0001")
    assert found is not None
    assert found.bot_token == hill.tokens[1]


async def test_a_refresh_that_slack_refuses_uses_the_token_while_it_lasts(
    bot: InstalledBot, hill: Company
) -> None:
    hill.rotates, hill.expires_in = True, 60
    await bot.install(hill)
    hill.tokens.insert(0, "a token that makes the refresh token a stale one")
    bot.models.queue("Still here.")
    await bot.event(envelope(HILL, mention(HILL, "Hello?")))
    await answered(bot, "T0HILL0001", "Still here.")


GONE = {
    "app_uninstalled": {"type": "app_uninstalled"},
    "tokens_revoked": {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT0HIL"]}},
}


@pytest.mark.parametrize("event", GONE)
async def test_uninstalling_purges_the_tokens_at_once_and_the_data_later(
    bot: InstalledBot, hill: Company, redis: Redis, event: str
) -> None:
    await bot.install(hill)
    hill.tokens.clear()
    assert (await bot.event(envelope(HILL, GONE[event]))).status_code == 200
    assert not await redis.exists(RECORD)
    snapshot = await bot.service.docket.snapshot()
    [removal] = [task for task in snapshot.future if task.function_name == "remove_workspace"]
    assert removal.kwargs == {"team": "T0HILL0001"}
    assert 29 <= (removal.when.timestamp() - time.time()) / 86_400 <= 31


async def test_a_persons_revoked_token_leaves_the_app_installed(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    await bot.event(envelope(HILL, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}}))
    assert await redis.exists(RECORD)


async def test_word_of_an_uninstall_that_comes_after_a_new_installation_changes_nothing(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    late = envelope(HILL, GONE["app_uninstalled"], event_time=int(time.time()) - 60)
    await bot.event(late)
    assert await redis.exists(RECORD)


async def test_the_data_of_a_workspace_that_came_back_is_kept(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    await bot.service.toolkit.workspace("T0HILL0001").registry.history()
    await redis.set("apprentice:{T0HILL0001}:something", "taught")
    await bot.service.remove("T0HILL0001")
    assert await redis.exists("apprentice:{T0HILL0001}:something")


async def test_the_data_of_a_workspace_whose_record_cannot_be_read_is_kept(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    await bot.install(hill)
    await redis.set("apprentice:{T0HILL0001}:something", "taught")
    await redis.set(RECORD, "sealed with a key that is not set any more")
    await bot.service.remove("T0HILL0001")
    assert await redis.exists("apprentice:{T0HILL0001}:something")


class Rotator:
    """Gives a new token after something else has happened."""

    def __init__(self, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self._meanwhile = meanwhile

    async def perform_token_rotation(
        self, *, installation: Installation, minutes_before_expiration: int
    ) -> Installation:
        assert minutes_before_expiration > 0
        await self._meanwhile()
        installation.bot_token = "xoxb-of-the-refresh"
        return installation


def tokens(redis: Redis, meanwhile: Callable[[], Awaitable[object]]) -> Tokens:
    return Tokens(installations(redis), Rotator(meanwhile))  # type: ignore[arg-type]


async def test_a_refresh_does_not_undo_that_the_app_was_removed_meanwhile(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    hill.rotates, hill.expires_in = True, 3600  # so long that nobody waits for a new one
    await bot.install(hill)
    gone = envelope(HILL, GONE["app_uninstalled"], event_time=int(time.time()) + 1)
    renewing = tokens(redis, lambda: bot.event(gone))
    assert await renewing._renewed("T0HILL0001") is None
    assert not await redis.exists(RECORD)


async def test_a_refresh_that_lost_its_lock_uses_what_the_other_has_saved(
    bot: InstalledBot, hill: Company, redis: Redis
) -> None:
    hill.rotates, hill.expires_in = True, 60
    await bot.install(hill)
    hill.expires_in = 12 * 3600

    async def lost() -> None:
        await redis.delete("apprentice:{T0HILL0001}:rotation")
        await bot.install(hill)

    found = await tokens(redis, lost).current("T0HILL0001")
    assert found is not None
    assert found.bot_token == hill.tokens[-1]


async def test_removal_takes_one_workspace_and_leaves_the_other(
    bot: InstalledBot, redis: Redis
) -> None:
    for team in ("T0HILL0001", "T0LAKE0001"):
        await redis.set(f"apprentice:{{{team}}}:something", "taught")
        await redis.sadd("apprentice:workspaces", team)
    await bot.service.remove("T0HILL0001")
    assert not await redis.keys("*T0HILL0001*")
    assert await redis.exists("apprentice:{T0LAKE0001}:something")
    assert await bot.service.toolkit.workspaces() == ["T0LAKE0001"]


async def test_removal_takes_what_was_uploaded_and_searched_though_it_is_killed_once(
    bot: InstalledBot, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = bot.service.toolkit
    for team in ("T0HILL0001", "T0LAKE0001"):
        await redis.sadd("apprentice:workspaces", team)
        await kit.workspace(team).search.find(Query())
        kit.uploads.receive(team, "U1", "faq.csv", b"Why?,So.")

    async def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched, suppress(ConnectionError):
        patched.setattr("finetune.bootstrap.redis.remove_workspace", killed)
        await bot.service.remove("T0HILL0001")
    assert [each.parent.name for each in kit.settings.data_dir.glob("search/*/*.sqlite")] == [
        digest("T0LAKE0001")
    ]
    [left] = kit.settings.data_dir.glob("imports/*/about.json")
    assert "T0LAKE0001" in left.read_text()
    assert "T0HILL0001" in await kit.workspaces(), "so that the removal is begun again"


async def test_an_organisation_installs_once_for_all_its_workspaces(
    bot: InstalledBot, slack: SlackDirectory
) -> None:
    group = slack.company("", "Hill Group", "W0BOSS", enterprise="E0HILL0001")
    await bot.install(group)
    sender = Sender(enterprise="E0HILL0001", whole=True, bot_user=group.bot_user)
    bot.models.queue("For all of us.")
    assert (await bot.event(envelope(sender, mention(sender, "Hello?")))).status_code == 200
    await answered(bot, "E0HILL0001", "For all of us.")


@pytest.mark.parametrize("keys", ["", "not-a-key"])
async def test_without_a_key_the_bot_says_how_to_make_one(redis_url: str, keys: str) -> None:
    settings = Settings.model_validate(
        {"slack_client_id": "1", "encryption_key": keys, "redis_url": redis_url}
    )
    with pytest.raises(NotReady, match=r"ENCRYPTION_KEY .*Fernet.generate_key"):
        async with open_service(settings):
            pass
