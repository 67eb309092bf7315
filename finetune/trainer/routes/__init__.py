"""The wire: one file for each of OpenAI's resources. Routes parse, call a store, and render."""

from fastapi import FastAPI

from finetune.trainer.routes import chat, files, jobs, models


def register(app: FastAPI) -> None:
    """The whole surface."""
    for part in (files, jobs, models, chat):
        app.include_router(part.router, prefix="/v1")
