"""One file for each of OpenAI's resources. Routes parse, call a store, and render."""

from fastapi import FastAPI

from finetune.trainer.routes import (
    chat,
    completions,
    embeddings,
    files,
    jobs,
    models,
    moderations,
    uploads,
)


def register(app: FastAPI) -> None:
    """The whole surface."""
    for part in (files, uploads, jobs, models, chat, completions, embeddings, moderations):
        app.include_router(part.router, prefix="/v1")
