"""The composition root: the database, and a toolkit that hands out each workspace's parts.

Used by the bot's own composition root and by the commands of `finetune`; nothing else in this
package makes a client.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import openai
from redis.asyncio import ConnectionPool, Redis

from finetune.adapters import redis
from finetune.adapters.kept import answer_file
from finetune.adapters.openai import (
    OpenAIAsking,
    OpenAIFineTuning,
    OpenAIJobs,
    OpenAIListing,
    OpenAIUploads,
)
from finetune.adapters.search_index import SqliteSearch
from finetune.adapters.valkey import embedded
from finetune.asking.asker import Asker
from finetune.audit import AuditLog
from finetune.dataset.dataset import Dataset
from finetune.dataset.example import digest
from finetune.dataset.limits import Limits
from finetune.dataset.search import SearchIndex
from finetune.dataset.snapshot import Snapshots
from finetune.errors import InputError
from finetune.evaluation.evaluate import Evaluator
from finetune.exchange.uploads import Uploads
from finetune.jobs.ledger import Ledger
from finetune.jobs.starting import Limits as JobLimits
from finetune.jobs.starting import Starter
from finetune.jobs.uploading import Uploader
from finetune.registry import Registry
from finetune.settings import Settings
from finetune.training.retiring import KnownShutdowns
from finetune.training.runs import Policy, Runs
from finetune.training.steps import Steps

connect, nodes_of = redis.connect, redis.nodes_of  # for whoever needs connections of its own
REQUEST_SECONDS = 120.0
LOOK_SECONDS = 30.0  # for one answer while following: a connection that died in sleep says nothing
PATIENT_RETRIES = 8  # about a minute of an overloaded or restarting provider


@dataclass(frozen=True)
class Workspace:
    """One team's dataset, runs and champion; snapshots are in one folder for all teams."""

    dataset: Dataset
    runs: Runs
    registry: Registry
    snapshots: Snapshots
    audit: AuditLog
    search: SearchIndex


class Toolkit:
    """All workspaces of one database."""

    def __init__(self, settings: Settings, client: Redis, models: openai.AsyncOpenAI) -> None:
        self.settings = settings
        self._client = client
        self._models = models
        self._workspaces: dict[str, Workspace] = {}
        self.snapshots = Snapshots(settings.data_dir / "snapshots")
        self.uploads = Uploads(settings.data_dir / "imports")
        self.shutdowns = KnownShutdowns(OpenAIListing(models))

    def workspace(self, team_id: str) -> Workspace:
        """The parts of one team; asks nothing of the database yet."""
        if team_id not in self._workspaces:
            self._workspaces[team_id] = self._wire(redis.Keys(team_id))
        return self._workspaces[team_id]

    @property
    def connections(self) -> ConnectionPool:
        """For whoever has to give them all up, as after a failover."""
        return self._client.connection_pool

    async def workspaces(self) -> list[str]:
        """Teams that have any data."""
        return await redis.workspaces(self._client)

    async def remove(self, team_id: str) -> None:
        """Remove everything of one team, the bot's part too: its files, then what leads to them."""
        others = [team for team in await self.workspaces() if team != team_id]
        kept = {name for team in others for name in await self._snapshots(team)}
        for snapshot_id in await self._snapshots(team_id) - kept:
            self.snapshots.remove(snapshot_id)
        await self.workspace(team_id).search.remove()
        await asyncio.to_thread(self.uploads.forget, team_id)
        await redis.remove_workspace(self._client, redis.Keys(team_id))
        self._workspaces.pop(team_id, None)

    async def tidy(self, team_id: str, within: float = 1.0) -> None:
        """Let go of files that nobody came back to: what was erased, uploads that are too old.

        Whatever takes longer than `within` seconds is gone on with in the background.
        """
        await asyncio.to_thread(self.uploads.sweep)
        await self.workspace(team_id).search.forget(within)

    async def aclose(self) -> None:
        """Stop what goes on in the background."""
        for workspace in self._workspaces.values():
            await workspace.search.close()

    async def _snapshots(self, team_id: str) -> set[str]:
        runs = await self.workspace(team_id).runs.list(limit=sys.maxsize)
        return {run.snapshot_id for run in runs if run.snapshot_id}

    def _wire(self, keys: redis.Keys) -> Workspace:
        settings = self.settings
        limits = Limits(settings.author_max_per_day, settings.question_max_examples)
        audit = redis.RedisAuditLog(self._client, keys)
        store = redis.RedisDatasetStore(self._client, keys)
        dataset = Dataset(store, limits=limits, audit=audit)
        snapshots = self.snapshots
        registry = redis.RedisRegistry(self._client, keys, settings.chat_model)
        steps = Steps(
            dataset=dataset,
            snapshots=snapshots,
            backend=OpenAIFineTuning(self._models),
            evaluator=Evaluator(OpenAIAsking(self._models), redis.RedisAnswers(self._client, keys)),
            registry=registry,
            chat_model=settings.chat_model,
        )
        runs = Runs(
            store=redis.RedisRunStore(self._client, keys),
            dataset=dataset,
            snapshots=snapshots,
            registry=registry,
            steps=steps,
            policy=Policy(
                base_model=settings.base_model,
                chat_model=settings.chat_model,
                promotion=settings.promotion,
                min_examples=settings.retrain_min_examples,
                max_per_day=settings.retrain_max_per_day,
            ),
        )
        return Workspace(
            dataset=dataset,
            runs=runs,
            registry=registry,
            snapshots=snapshots,
            audit=audit,
            search=SqliteSearch(
                settings.data_dir / "search" / digest(keys.team_id),
                redis.RedisChanges(self._client, keys),
            ),
        )


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The URL of REDIS_URL's server, or of the embedded one in DATA_DIR, running while in use."""
    if settings.redis_url is not None:
        yield settings.redis_url
        return
    async with embedded(settings.data_dir) as url:
        yield url


@asynccontextmanager
async def toolkit(settings: Settings, redis_url: str) -> AsyncIterator[Toolkit]:
    """Connect. Raises StoreUnavailable when Redis does not answer."""
    client = connect(redis_url)
    try:
        async with provider(settings) as models:
            await redis.ping(client)
            kit = Toolkit(settings, client, models)
            try:
                yield kit
            finally:
                await kit.aclose()
    finally:
        await client.aclose()


@asynccontextmanager
async def provider(settings: Settings) -> AsyncIterator[openai.AsyncOpenAI]:
    """The SDK's client for OPENAI_BASE_URL, while in use."""
    models = openai.AsyncOpenAI(
        api_key=_key(settings) or "none",  # some providers need none
        base_url=str(settings.openai_base_url) if settings.openai_base_url else None,
        timeout=REQUEST_SECONDS,
    )
    async with models:
        yield models


def _key(settings: Settings) -> str:
    """What can be a header. Raises InputError: a key that cannot would fail at every request."""
    key = settings.openai_api_key.get_secret_value().strip()
    if not key.isascii() or not key.isprintable():
        raise InputError("OPENAI_API_KEY holds characters that no key has; copy it again")
    return key


@asynccontextmanager
async def asker(
    settings: Settings,
    kept: Path | None,
    *,
    at_once: int = 8,
    per_minute: float | None = None,
    fresh: bool = False,
) -> AsyncIterator[Asker]:
    """Asks within these limits; answers are kept in the file `kept`, if any, apart by provider."""
    scope = str(settings.openai_base_url or "").rstrip("/")
    with answer_file(kept, scope) if kept is not None else nullcontext() as answers:
        async with provider(settings) as models:
            patient = OpenAIAsking(models.with_options(max_retries=PATIENT_RETRIES))
            yield Asker(patient, answers, at_once=at_once, per_minute=per_minute, fresh=fresh)


@dataclass(frozen=True)
class Account:
    """A provider's account, for jobs that files alone are trained by."""

    jobs: OpenAIJobs
    watched: OpenAIJobs  # without retries: following has its own
    starter: Starter
    uploader: Uploader


@asynccontextmanager
async def account(settings: Settings) -> AsyncIterator[Account]:
    """The account of OPENAI_API_KEY, while in use."""
    whose = [str(settings.openai_base_url), settings.openai_api_key.get_secret_value()]
    async with provider(settings) as models:
        jobs = OpenAIJobs(models)
        yield Account(
            jobs=jobs,
            watched=OpenAIJobs(models.with_options(max_retries=0), LOOK_SECONDS),
            starter=Starter(
                jobs,
                JobLimits(per_model=settings.jobs_per_model, per_day=settings.jobs_per_day),
                Ledger(settings.data_dir / "orders", digest(whose)),
            ),
            uploader=Uploader(
                OpenAIUploads(models),
                notes=settings.data_dir / "uploads",
                account=digest(whose),
                whole_up_to=settings.upload_in_parts_above,
            ),
        )
