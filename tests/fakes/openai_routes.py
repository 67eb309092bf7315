"""The provider stub's routes, in OpenAI's wire format."""

from fastapi import FastAPI

from tests.fakes.openai_account import OpenAIStub
from tests.fakes.openai_chat import chat_routes
from tests.fakes.openai_jobs import file_routes, job_routes
from tests.fakes.openai_uploads import upload_routes


def create_app(stub: OpenAIStub) -> FastAPI:
    """The provider's routes."""
    app = FastAPI()
    for add in (chat_routes, file_routes, upload_routes, job_routes):
        add(app, stub)
    return app
