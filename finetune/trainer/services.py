"""Everything the routes need, made once by `app.py` and handed to each request."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from finetune.trainer.engine import Engine
from finetune.trainer.jobs.runner import Runner
from finetune.trainer.serving.port import Serving
from finetune.trainer.stores.file_store import FileStore
from finetune.trainer.stores.job_store import JobStore
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage
from finetune.trainer.stores.upload_store import UploadStore


@dataclass(frozen=True)
class Services:
    """The parts of one server."""

    storage: Storage
    engine: Engine
    files: FileStore
    uploads: UploadStore
    jobs: JobStore
    models: ModelStore
    serving: Serving
    runner: Runner


def _services(request: Request) -> Services:
    found: Services = request.app.state.services
    return found


def _owner(request: Request) -> str:
    owner: str = request.state.owner  # set by wire/keys.py, which lets nobody else through
    return owner


Parts = Annotated[Services, Depends(_services)]
Owner = Annotated[str, Depends(_owner)]
