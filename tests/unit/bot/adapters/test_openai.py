"""The chat model over a real HTTP stub: what is said, and why it is not."""

import asyncio
import zlib
from collections.abc import AsyncIterator

import openai
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from bot.adapters.openai import OpenAIChatModel
from bot.domain.conversation import Image
from bot.errors import (
    AccessRefused,
    ContentRefused,
    ModelGone,
    ModelRefused,
    ModelSilent,
    ModelUnavailable,
    TooLong,
)
from finetune import Message
from tests.fakes.openai_account import OpenAIStub, Scripted
from tests.fakes.openai_stub import serving
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio
CHAT = "POST /v1/chat"


@pytest.fixture
async def openai_stub() -> AsyncIterator[OpenAIStub]:
    async with serving() as stub:
        yield stub


async def said(
    url: str, *images: Image, first: float = 10.0, between: float = 10.0, question: str = "hello?"
) -> str:
    """The whole answer."""
    asked = [Message(role="user", content=question)]
    async with openai.AsyncOpenAI(api_key="key", base_url=url, max_retries=0) as client:
        model = OpenAIChatModel(client, first, between)
        return "".join([delta.text async for delta in model.stream("base", asked, images)])


@pytest.mark.parametrize(
    ("status", "code", "message", "expected"),
    [
        (429, None, "slow down", ModelUnavailable),
        (429, "insufficient_quota", "pay", AccessRefused),
        (500, None, "no", ModelUnavailable),
        (401, "invalid_api_key", "no", AccessRefused),
        (403, None, "no", AccessRefused),
        (404, "model_not_found", "no", ModelGone),
        (410, None, "shut down", ModelGone),
        (400, "context_length_exceeded", "no", TooLong),
        (400, None, "This model's maximum context length is 8192 tokens", TooLong),
        (413, None, "no", TooLong),
        (400, "content_filter", "no", ContentRefused),
        (400, None, "no", ModelRefused),
    ],
)
async def test_a_refusal_says_of_which_kind_it_is(
    openai_stub: OpenAIStub, status: int, code: str | None, message: str, expected: type[Exception]
) -> None:
    openai_stub.fault(CHAT, status=status, code=code, message=message)
    with pytest.raises(expected) as raised:
        await said(openai_stub.url)
    assert type(raised.value) is expected


async def test_a_content_filter_at_the_end_refuses_what_was_begun(openai_stub: OpenAIStub) -> None:
    openai_stub.queue(Scripted("First you take", finish_reason="content_filter"))
    with pytest.raises(ContentRefused):
        await said(openai_stub.url)


async def test_a_refusal_in_place_of_an_answer_is_one(openai_stub: OpenAIStub) -> None:
    openai_stub.queue(Scripted("", refusal="I can't help with that."))
    with pytest.raises(ContentRefused):
        await said(openai_stub.url)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("server_error", ModelUnavailable), ("context_length_exceeded", TooLong)],
)
async def test_an_error_inside_the_stream_counts_like_one_before_it(
    openai_stub: OpenAIStub, code: str, expected: type[Exception]
) -> None:
    openai_stub.queue(Scripted("20 da", stream_error=code))
    with pytest.raises(expected):
        await said(openai_stub.url)


async def test_a_stream_that_is_cut_may_be_asked_for_again(openai_stub: OpenAIStub) -> None:
    openai_stub.queue(Scripted("one two three", breaks_after=2))
    with pytest.raises(ModelUnavailable):
        await said(openai_stub.url)


@pytest.mark.parametrize("pieces", [0, 2])
async def test_a_model_that_says_nothing_more_is_not_waited_for(
    openai_stub: OpenAIStub, pieces: int
) -> None:
    gate = asyncio.Event()
    openai_stub.queue(Scripted("one two three", gate=gate, gate_after=pieces))
    with pytest.raises(ModelSilent):
        await said(openai_stub.url, first=0.3 if pieces == 0 else 10.0, between=0.3)
    gate.set()


async def test_a_provider_that_cannot_be_reached_may_be_later() -> None:
    with pytest.raises(ModelUnavailable):
        await said("http://127.0.0.1:9/v1/")


async def test_pictures_go_with_the_question_and_an_empty_text_is_left_out(
    openai_stub: OpenAIStub,
) -> None:
    openai_stub.answer = lambda _model, _messages: "A cat."
    for question in ("what is this?", ""):
        picture = Image(mimetype="image/png", data="AAAA")
        await said(openai_stub.url, picture, question=question)
    kinds = [[part["type"] for part in chat.messages[-1]["content"]] for chat in openai_stub.chats]
    assert kinds == [["text", "image_url"], ["image_url"]]


def provider(
    reads: list[bytes], ports: list[int], kind: str = "text/event-stream", **headers: str
) -> Starlette:
    """Sends these bytes for an answer; notes from which port it was asked."""

    async def complete(request: Request) -> StreamingResponse:
        assert request.client is not None
        ports.append(request.client.port)

        async def body() -> AsyncIterator[bytes]:
            for read in reads:
                await asyncio.sleep(0.001)
                yield read

        return StreamingResponse(body(), headers={"content-type": kind, **headers})

    return Starlette(routes=[Route("/v1/chat/completions", complete, methods=["POST"])])


ODD = (
    b'\xef\xbb\xbf: thinking\r\n\r\nevent: chunk\r\ndata: {"choices": [{"delta": {"content": "\xe2',
    b'\x82\xac 20"}}]}\r',
    (
        b'\n\r\ndata: {"choices": [{"delta": {"content": " a day"}}]}\n\n: ping\n\n'
        b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\n\ndata: [DO'
    ),
    b"NE]\n\n",
)


async def test_answers_of_odd_shape_are_read_over_one_connection() -> None:
    ports: list[int] = []
    asked = [Message(role="user", content="hello?")]
    async with (
        served(provider(list(ODD), ports)) as url,
        openai.AsyncOpenAI(api_key="key", base_url=f"{url}/v1/", max_retries=0) as client,
    ):
        for _ in range(3):
            told = OpenAIChatModel(client).stream("base", asked)
            assert "".join([delta.text async for delta in told]) == "\u20ac 20 a day"
    assert len(ports) == 3
    assert len(set(ports)) == 1


async def test_a_provider_that_only_says_that_it_lives_is_not_waited_for() -> None:
    pings = [b": thinking\n\n"] * 2_000
    async with served(provider(pings, [])) as url:
        with pytest.raises(ModelSilent):
            await said(f"{url}/v1/", first=0.3, between=30.0)


@pytest.mark.parametrize("body", [b"<html>Try later</html>", b"data: <html>\n\n", b""])
async def test_an_answer_that_is_none_may_be_asked_for_again(body: bytes) -> None:
    async with served(provider([body], [])) as url:
        with pytest.raises(ModelUnavailable):
            await said(f"{url}/v1/")


WHOLE = b"""{"model": "base", "usage": {"prompt_tokens": 3, "completion_tokens": 2},
"choices": [{"message": {"role": "assistant", "content": "20 days"}, "finish_reason": "stop"}]}"""


async def test_an_answer_that_is_not_streamed_is_one() -> None:
    async with served(provider([WHOLE[:40], WHOLE[40:]], [], "application/json")) as url:
        assert await said(f"{url}/v1/") == "20 days"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"error": {"message": "no", "code": "context_length_exceeded"}}', TooLong),
        (b'{"error": "overloaded"}', ModelUnavailable),
        (b"{}", ModelUnavailable),
        (b"", ModelUnavailable),
    ],
)
async def test_an_error_that_is_called_an_answer_is_an_error(
    body: bytes, expected: type[Exception]
) -> None:
    async with served(provider([body], [], "application/json; charset=utf-8")) as url:
        with pytest.raises(expected):
            await said(f"{url}/v1/")


async def test_a_compressed_stream_is_read() -> None:
    press = zlib.compressobj(wbits=31)
    reads = [press.compress(each) + press.flush(zlib.Z_SYNC_FLUSH) for each in ODD]
    app = provider([*reads, press.flush()], [], **{"content-encoding": "gzip"})
    async with served(app) as url:
        assert await said(f"{url}/v1/") == "\u20ac 20 a day"
    async with served(provider([b"data: {}"], [], **{"content-encoding": "gzip"})) as url:
        with pytest.raises(ModelUnavailable):
            await said(f"{url}/v1/")


async def test_who_is_to_come_again_later_does_and_asks_the_same(openai_stub: OpenAIStub) -> None:
    openai_stub.fault(CHAT, status=429, message="slow down")
    openai_stub.answer = lambda _model, _messages: "20 days"
    asked = [Message(role="user", content="hello?")]
    async with openai.AsyncOpenAI(api_key="key", base_url=openai_stub.url) as client:
        deltas = [delta async for delta in OpenAIChatModel(client).stream("base", asked)]
    assert "".join(delta.text for delta in deltas) == "20 days"


async def test_who_takes_long_over_a_piece_does_not_make_the_model_silent(
    openai_stub: OpenAIStub,
) -> None:
    openai_stub.queue(Scripted("one two three"))
    asked = [Message(role="user", content="hello?")]
    async with openai.AsyncOpenAI(api_key="key", base_url=openai_stub.url) as client:
        heard = ""
        async for delta in OpenAIChatModel(client, 5.0, 0.2).stream("base", asked):
            heard += delta.text
            await asyncio.sleep(0.3)
    assert heard == "one two three"
