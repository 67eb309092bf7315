"""The routes of both screens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from bot.web.exchange.exporting import add_export
from bot.web.exchange.importing import add_import
from bot.web.exchange.imports import Imports
from bot.web.services import Services


def exchange(services: Services) -> APIRouter:
    """Mounted before the dataset's own, whose examples have addresses beside these."""
    imports = Imports(services.workspace, services.desk.curators)

    @asynccontextmanager
    async def begun(_app: FastAPI) -> AsyncIterator[None]:
        await imports.resume(services.uploads)
        yield

    router = APIRouter(lifespan=begun)
    add_import(router, services, imports)
    add_export(router, services)
    return router
