"""One performance: set the stage, warm it up, play the script, wait for quiet, audit."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns, RedisVerdicts
from bot.settings import Settings
from finetune.bootstrap import toolkit
from tests.chaos.accepted import Accepted
from tests.chaos.audit_answers import Answers
from tests.chaos.audit_feedback import Votes
from tests.chaos.audit_keys import Keys
from tests.chaos.audit_room import Room
from tests.chaos.audit_runs import Trainings
from tests.chaos.findings import Check
from tests.chaos.load import LOOK, Load
from tests.chaos.models import Models, models
from tests.chaos.network import Network, network
from tests.chaos.people import Opinions, opened, turn_of
from tests.chaos.plan import Deed, Question, Script
from tests.chaos.quiet import PATIENCE, Quiet
from tests.chaos.retraining import Retraining
from tests.chaos.road import Road, road
from tests.chaos.slack import Slack, slack
from tests.chaos.stage import Stage, stage, valkey
from tests.factories import ADMIN, ASKER, CURATOR, TEAM
from tests.fakes.serving import taken_port, url_of

SECRET = "the-signing-secret"
DAY = 86_400
WARM = 5  # turns before memory is measured first


@dataclass
class Performance:
    """All that takes part, and what became of it."""

    script: Script
    stage: Stage
    slack: Slack
    road: Road
    models: Models
    network: Network
    load: Load
    quiet: Quiet
    redis: Redis
    folder: Path
    before: Room | None = None
    restless: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)  # when each began
    said: Callable[[str], None] = lambda _: None

    async def play(self, patience: float = PATIENCE) -> None:
        """From the first turn to the audit."""
        await self._warm_up()
        self._trouble(True)
        self._begin("playing")
        await self.load.play()
        self._begin("becoming quiet")
        self._trouble(False)
        await self.stage.up()
        self.restless = await self.quiet.come(patience)
        self._begin("auditing")
        await self.audit()

    def _begin(self, phase: str) -> None:
        self.phases[phase] = time.monotonic()
        self.said(phase)

    def _trouble(self, on: bool) -> None:
        self.slack.trouble(on)
        self.models.calm = self.road.calm = not on

    async def _warm_up(self) -> None:
        """So that the first measure is of processes that have done everything once."""
        self._begin("warming up")
        channel = "D" + ASKER[1:]
        for number in range(WARM):
            text = f"Question #{number}: warming up?"
            ts = await self.slack.people.ask(ASKER, text, channel=channel)
        while not any(turn_of(m.body) for m in self.slack.of_bot(channel, ts)):
            await asyncio.sleep(LOOK)
        taught = Deed(ASKER, "modal", "Corrected while warming up.")
        question = Question(0, ASKER, channel, "", "", deeds=(taught,))
        await Opinions(self.slack).say(question, channel, ts, ts)
        while not await self.load.retraining.workspace.dataset.approved():
            await asyncio.sleep(LOOK)
        await self.slack.people.command(ADMIN)  # which reads the vocabulary that counts tokens
        await opened(self.slack, ADMIN, "retrain")
        self.before = await Room.of(self.stage, self.redis)

    async def audit(self) -> None:
        """Everything that is promised, looked at from outside."""
        load, accepted = self.load, Accepted.of(self.road)
        workspace = load.retraining.workspace
        done = Check("everything comes to its end", 1, list(self.restless))
        self.checks = [done, *Answers(load, self.models, accepted).checks()]
        turns, verdicts = RedisTurns(self.redis, DAY), RedisVerdicts(self.redis)
        votes = Votes(load, load.opinions, accepted, turns, verdicts, workspace)
        self.checks += [check async for check in votes.checks()]
        snapshots = self.folder / "data" / "snapshots"
        runs = Trainings(self.models, workspace, load.retraining, snapshots)
        self.checks += [check async for check in runs.checks()]
        self.checks += [check async for check in Keys(self.redis).checks()]
        if self.before is not None:
            now = await Room.of(self.stage, self.redis)
            self.checks.append(now.check(self.before, len(load.sent)))
        self._begin("over")


def environment(
    slack_url: str, web_url: str, models_url: str, redis_url: str, data: Path
) -> dict[str, str]:
    """What the bot reads from its environment."""
    return {
        "SLACK_BASE_URL": f"{slack_url}/api/",
        "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "SLACK_SIGNING_SECRET": SECRET,
        "OPENAI_BASE_URL": models_url,
        "OPENAI_API_KEY": "key",
        "CHAT_MODEL": "base",
        "BASE_MODEL": "base",
        "ADMINS": ADMIN,
        "CURATORS": CURATOR,
        "AUTO_APPROVE": "everyone",
        "PROMOTION": "auto",
        "RETRAIN_MIN_EXAMPLES": "1",
        "USER_RATE_LIMIT": "0",
        "REDIS_URL": redis_url,
        "DATA_DIR": str(data),
        "HOST": "127.0.0.1",
        "PORT": web_url.rpartition(":")[2],
        "POLL_SECONDS": "0.5",
    }


@asynccontextmanager
async def performance(script: Script, folder: Path) -> AsyncIterator[Performance]:
    """Everything set up in `folder`, whose path must be short; every process is gone afterwards."""
    with taken_port() as listening:
        web_url = url_of(listening)
    data = folder / "data"
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        database = await enter(valkey(folder))
        between = await enter(network(folder / "s"))
        way = await enter(road(script.seed, SECRET, web_url))
        workspace = await enter(slack(script.seed, way.url, SECRET, folder, script.slack_time))
        provider = await enter(models(script))
        values = environment(workspace.url, web_url, provider.stub.url, between.url, data)
        parts = await enter(stage(database, values, folder, script.workers))
        direct = f"unix://{folder / 's'}"
        settings = Settings.model_validate({name.lower(): value for name, value in values.items()})
        kit = (await enter(toolkit(settings, direct))).workspace(TEAM)
        redis = await enter(Redis.from_url(direct, decode_responses=True))
        opinions = Opinions(workspace)
        load = Load(script, workspace, parts, between, opinions, Retraining(opinions, kit))
        quiet = Quiet(workspace, way, load, kit, redis)
        yield Performance(
            script, parts, workspace, way, provider, between, load, quiet, redis, folder
        )
