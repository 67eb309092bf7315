"""OpenAI's own client at our server, in its strict mode, with every answer judged by their document."""

from dataclasses import dataclass, field
from functools import cached_property

import httpx2
import openai
from openai.types import FileObject
from openai.types.fine_tuning import FineTuningJob

from tests.judge_openai.document import Document, Heard
from tests.scenarios.trainer.running_trainer import KEY, Trainer

DOCUMENT = Document()


@dataclass
class Judge:
    """Listens to a client's answers. `heard` keeps them."""

    url: str
    heard: list[Heard] = field(default_factory=list)

    @property
    def wrong(self) -> list[str]:
        """What the document does not allow, over all answers."""
        return [said for heard in self.heard for said in DOCUMENT.wrong(heard)]

    @cached_property
    def client(self) -> openai.OpenAI:
        """Refuses to hand on a model that lacks a field or has one of a wrong type."""
        return openai.OpenAI(
            base_url=self.url,
            api_key=KEY,
            max_retries=0,
            _strict_response_validation=True,
            http_client=openai.DefaultHttpxClient(event_hooks={"response": [self._hear]}),
        )

    @cached_property
    def asynchronous(self) -> openai.AsyncOpenAI:
        """The same for `await`."""
        return openai.AsyncOpenAI(
            base_url=self.url,
            api_key=KEY,
            max_retries=0,
            _strict_response_validation=True,
            http_client=openai.DefaultAsyncHttpxClient(
                event_hooks={"response": [self._hear_later]}
            ),
        )

    def _hear(self, response: httpx2.Response) -> None:
        response.read()
        self.keep(response)

    async def _hear_later(self, response: httpx2.Response) -> None:
        await response.aread()
        self.keep(response)

    def keep(self, response: httpx2.Response) -> None:
        """Take an answer down."""
        self.heard.append(
            Heard(
                method=response.request.method,
                path=response.request.url.path.removeprefix("/v1"),
                status=response.status_code,
                media_type=response.headers.get("content-type", "").split(";")[0],
                body=response.content,
            )
        )


def judge_of(trainer: Trainer) -> Judge:
    """A judge who has heard nothing yet."""
    return Judge(trainer.url)


@dataclass(frozen=True)
class Learnt:
    """A job that succeeded, and what it was made of."""

    job: FineTuningJob
    training: FileObject
    validation: FileObject

    @property
    def model(self) -> str:
        assert self.job.fine_tuned_model is not None
        return self.job.fine_tuned_model
