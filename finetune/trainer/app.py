"""The server's composition root: stores, runner, keys and routes in one FastAPI application."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from fastapi import FastAPI

from finetune.settings import TrainerSettings
from finetune.trainer import page, routes
from finetune.trainer.body_limit import BodyLimit
from finetune.trainer.engine import Engine
from finetune.trainer.engines import engine_named
from finetune.trainer.home import Home
from finetune.trainer.jobs.arriving import undo_torn
from finetune.trainer.jobs.finishing import Finishing
from finetune.trainer.jobs.gpus import gpus
from finetune.trainer.jobs.job_run import Workshop
from finetune.trainer.jobs.launching import Launcher
from finetune.trainer.jobs.runner import Runner
from finetune.trainer.launchers import launcher_for, slots_for, stop_unwanted
from finetune.trainer.services import Services
from finetune.trainer.serving.choice import ServingChoice
from finetune.trainer.serving.loaded import LoadedModels
from finetune.trainer.serving.port import Serving
from finetune.trainer.stores.base_models import register_base_models
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.expiry import sweep_forever
from finetune.trainer.stores.file_store import FileStore
from finetune.trainer.stores.job_store import JobStore
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage, open_storage
from finetune.trainer.stores.upload_store import UploadStore
from finetune.trainer.wire import refusals
from finetune.trainer.wire.keys import Keys


def create_app(home: Home, keys: Sequence[str], settings: TrainerSettings) -> FastAPI:
    """The application for the trainer at `home`; only `keys` come in.

    Raises InputError when the engine's libraries are not installed, or when the storage or the
    cluster cannot be used.
    """
    choice = ServingChoice.of(settings)
    engine = engine_named(settings.trainer_engine, libraries=not choice.elsewhere)
    storage = open_storage(settings.trainer_storage or home.root, home.cache / "storage")
    devices = gpus()
    launcher = launcher_for(settings, storage, home, devices)
    slots = slots_for(settings, devices)
    _register(home, storage, engine, choice, launcher)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(home.database)
        loaded = LoadedModels(engine, storage)
        open_serving = contextlib.AsyncExitStack()
        serving = await open_serving.enter_async_context(choice.serving(home, storage, loaded))
        stall = float(settings.trainer_stall_seconds)
        services = _services(database, storage, engine, serving, launcher, slots, stall)
        app.state.services = services
        running = asyncio.gather(
            services.runner.run_forever(), sweep_forever(services.files, services.uploads)
        )
        try:
            yield
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
            await open_serving.aclose()
            database.close()

    # No `/openapi.json`: it would be read without a key, and OpenAI's own document is the one to read.
    app = FastAPI(title="Trainer", lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.add_middleware(BodyLimit)
    app.add_middleware(Keys, keys=keys)  # added last, so asked first
    app.add_api_route("/healthz", _healthy, methods=["GET"])
    routes.register(app)
    page.register(app)
    refusals.register(app)
    return app


def _register(
    home: Home, storage: Storage, engine: Engine, choice: ServingChoice, launcher: Launcher
) -> None:
    database = Database(home.database)
    register_base_models(ModelStore(database, storage, engine), storage, choice.bases)
    jobs = JobStore(database, engine.name)
    stop_unwanted(launcher, jobs)
    undo_torn(jobs, storage)
    FileStore(database, storage).clear_torn()
    ModelStore(database, storage, engine).clear_torn()
    database.close()


def _services(
    database: Database,
    storage: Storage,
    engine: Engine,
    serving: Serving,
    launcher: Launcher,
    slots: int,
    stall: float,
) -> Services:
    jobs, files = JobStore(database, engine.name), FileStore(database, storage)
    models = ModelStore(database, storage, engine)
    shop = Workshop(
        database=database,
        storage=storage,
        jobs=jobs,
        models=models,
        finishing=Finishing(database, storage, jobs, files, models, serving),
        launcher=launcher,
        engine=engine.name,
        stall=stall,
    )
    return Services(
        storage=storage,
        engine=engine,
        files=files,
        uploads=UploadStore(database, storage, files),
        jobs=jobs,
        models=models,
        serving=serving,
        runner=Runner(shop, slots),
    )


async def _healthy() -> dict[str, str]:
    return {"status": "ok"}
