"""The server's composition root: stores, runner, keys and routes in one FastAPI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from fastapi import FastAPI

from finetune.settings import TrainerSettings
from finetune.trainer import refusals, routes
from finetune.trainer.body_limit import BodyLimit
from finetune.trainer.database import Database
from finetune.trainer.engine import Engine
from finetune.trainer.engines import engine_named
from finetune.trainer.file_store import FileStore
from finetune.trainer.home import Home
from finetune.trainer.in_process import InProcess
from finetune.trainer.job_store import JobStore
from finetune.trainer.keys import Keys
from finetune.trainer.loaded import LoadedModels
from finetune.trainer.model_store import ModelStore
from finetune.trainer.runner import Runner
from finetune.trainer.services import Services
from finetune.trainer.storage import Storage


def create_app(home: Home, keys: Sequence[str], settings: TrainerSettings) -> FastAPI:
    """The application for the trainer at `home`; only `keys` come in.

    Raises InputError when the engine's libraries are not installed.
    """
    engine = engine_named(settings.trainer_engine)
    storage = Storage(settings.trainer_storage or str(home.root), home.cache / "storage")

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(home.database)
        services = _services(home, database, storage, engine)
        app.state.services = services
        running = asyncio.create_task(services.runner.run_forever())
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            database.close()

    app = FastAPI(title="Trainer", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(BodyLimit)
    app.add_middleware(Keys, keys=keys)  # added last, so asked first
    app.add_api_route("/healthz", _healthy, methods=["GET"])
    routes.register(app)
    refusals.register(app)
    return app


def _services(home: Home, database: Database, storage: Storage, engine: Engine) -> Services:
    jobs = JobStore(database, engine.name)
    loaded = LoadedModels(engine)
    return Services(
        home=home,
        storage=storage,
        engine=engine,
        files=FileStore(database, storage),
        jobs=jobs,
        models=ModelStore(database, storage, engine),
        loaded=loaded,
        serving=InProcess(loaded),
        runner=Runner(jobs, home),
    )


def _healthy() -> dict[str, str]:
    return {"status": "ok"}
