"""The routes of both screens."""

from fastapi import APIRouter

from bot.web.exchange.exporting import add_export
from bot.web.exchange.importing import add_import
from bot.web.exchange.imports import Imports
from bot.web.services import Services


def exchange(services: Services) -> APIRouter:
    """Mounted before the dataset's own, whose examples have addresses beside these."""
    router = APIRouter()
    add_import(router, services, Imports(services.workspace, services.desk.curators))
    add_export(router, services)
    return router
