"""Frees what has expired: files with an `expires_after`, uploads that were never completed."""

import asyncio

import structlog

from finetune.trainer.stores.file_store import FileStore
from finetune.trainer.stores.upload_store import UploadStore

log = structlog.get_logger(__name__)
PACE = 60.0  # seconds; nobody sees what has expired meanwhile


async def sweep_forever(files: FileStore, uploads: UploadStore) -> None:
    """Until cancelled. What a killed sweep has left is done by the next."""
    while True:
        for sweep in (files.sweep, uploads.sweep):
            try:
                await asyncio.to_thread(sweep)
            except Exception:
                log.exception("sweep_failed")  # the storage may be back in a minute
        await asyncio.sleep(PACE)
