"""Answers given by a model in this process, through the `Engine` port.

A request is a few answers at most and the server has a bounded number of requests under way; one
more is told at once that it should come again later.
"""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.responses import JSONResponse, Response

from finetune.trainer.engine import Answering, Asking, EngineRefusal, LoadedModel, Sampling
from finetune.trainer.errors import NotFoundHere, Overloaded
from finetune.trainer.serving.answering import Answers, Events, Whole, close, refused
from finetune.trainer.serving.completion import Completion
from finetune.trainer.serving.loaded import LoadedModels
from finetune.trainer.serving.text_completion import TextCompletion
from finetune.trainer.stores.model_store import StoredModel
from finetune.trainer.wire.chat_request import ChatRequest, askings
from finetune.trainer.wire.completion_request import (
    CompletionRequest,
    Prompt,
    refuse_what_no_engine_does,
)
from finetune.trainer.wire.embedding_request import EmbeddingRequest

MOST_REQUESTS = 128  # under way; each has a thread that reads its answers
Ask = Callable[[LoadedModel], Answering]


class InProcess:
    """Serves what an engine loads."""

    def __init__(self, loaded: LoadedModels, most: int = MOST_REQUESTS) -> None:
        self._loaded = loaded
        self._room = threading.BoundedSemaphore(most)
        # Not the threads that all other routes share: many may wait here for a model to be read.
        self._threads = CapacityLimiter(most)

    async def chat(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/chat/completions`."""
        request = ChatRequest.of(body)
        asks = [_chat(asking) for asking in askings(request, body)]
        completion = Completion(
            model.model_id,
            fingerprint=_fingerprint(model),
            choices=len(asks),
            logprobs=bool(request.logprobs),
            include_usage=request.wants_usage,
        )
        answers = await self._answers(model, asks)
        if request.stream:
            return Events(answers, completion.chunks(answers))
        return Whole(answers, completion.whole(answers))

    async def complete(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/completions`."""
        request = CompletionRequest.of(body)
        refuse_what_no_engine_does(request)
        asks = [
            _complete(prompt, request.sampling(choice))
            for prompt in request.prompts()
            for choice in range(request.drawn_each)
        ]
        completion = TextCompletion(request, _fingerprint(model))
        answers = await self._answers(model, asks)
        if request.stream:
            return Events(answers, completion.chunks(answers))
        return Whole(answers, completion.whole(answers))

    async def embed(self, model: StoredModel, body: Mapping[str, Any]) -> Response:
        """`/v1/embeddings`."""
        request = EmbeddingRequest.of(body)
        texts = request.texts()
        with self._one_more():
            vectors, tokens = await to_thread.run_sync(
                self._embed, model, texts, limiter=self._threads
            )
        return JSONResponse(request.document(vectors, tokens))

    async def adopt(self, model: StoredModel) -> None:
        """A model is read when it is first asked."""

    async def drop(self, model: StoredModel) -> None:
        """A deleted model is forgotten."""
        self._loaded.forget(model.folder)

    async def _answers(self, model: StoredModel, asks: Sequence[Ask]) -> Answers:
        """Begin them all. Raises WireError for what cannot be answered."""
        with self._one_more() as until_ended:
            begun = await to_thread.run_sync(self._begin, model, asks, limiter=self._threads)
            answers = Answers(begun, self._room.release)
            until_ended.pop_all()  # those who read the answers give the place back
            return answers

    @contextlib.contextmanager
    def _one_more(self) -> Iterator[contextlib.ExitStack]:
        """One more request under way until the block, or what it popped, ends. Raises Overloaded."""
        if not self._room.acquire(blocking=False):
            raise Overloaded("Too many requests are being answered; try again in a moment.")
        with contextlib.ExitStack() as stack:
            stack.callback(self._room.release)
            yield stack

    def _begin(self, model: StoredModel, asks: Sequence[Ask]) -> list[Answering]:
        begun: list[Answering] = []
        with _refusing(), contextlib.ExitStack() as undone:
            loaded = self._load(model)
            for ask in asks:
                answering = ask(loaded)
                undone.callback(close, answering)
                begun.append(answering)
            undone.pop_all()
        return begun

    def _embed(self, model: StoredModel, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        with _refusing():
            return self._load(model).embed(texts)

    def _load(self, model: StoredModel) -> LoadedModel:
        try:
            return self._loaded.get(model.folder)
        except FileNotFoundError:  # deleted just now
            raise NotFoundHere(
                f"The model `{model.model_id}` does not exist.",
                code="model_not_found",
                param="model",
            ) from None


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except EngineRefusal as error:
        raise refused(error) from None


def _chat(asking: Asking) -> Ask:
    return lambda loaded: loaded.chat(asking)


def _complete(prompt: Prompt, sampling: Sampling) -> Ask:
    return lambda loaded: loaded.complete(prompt, sampling)


def _fingerprint(model: StoredModel) -> str:
    """Changes with what answers: the same seed then draws other answers."""
    made_of = f"{model.model_id} {model.taught} {version('apprentice')}"
    return "fp_" + hashlib.sha256(made_of.encode()).hexdigest()[:10]
