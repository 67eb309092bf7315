"""What a client may ask of `/v1/chat/completions`; what would change the answer is never ignored.

The route checks the form of a request; `asking` then makes it a question for an engine here, and
refuses what no engine here does. What is passed on to another server is for that one to refuse.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import Field

from finetune.trainer.engine import Asking, Sampling
from finetune.trainer.errors import BadRequest
from finetune.trainer.wire.chat_rows import role_of, text_of
from finetune.trainer.wire.sampling_request import Document, Positive, SamplingRequest

_KEPT = ("name", "tool_calls", "tool_call_id")


class AskedMessage(Document):
    """`content`: a text, or a list of parts."""

    role: str
    content: str | list[dict[str, Any]] | None = None
    name: str | None = None
    tool_calls: list[dict[str, Any]] | None = None
    tool_call_id: str | None = None


class ResponseFormat(Document):
    """Text, any JSON object, or JSON after a schema."""

    type: Literal["text", "json_object", "json_schema"]


class AskedTool(Document):
    """Only functions exist for models that run here."""

    type: Literal["function"]
    function: dict[str, Any]


class ChatRequest(SamplingRequest):
    """OpenAI's request."""

    messages: list[AskedMessage] = Field(min_length=1)
    max_tokens: Positive | None = None
    max_completion_tokens: Positive | None = None
    logprobs: bool | None = False
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    response_format: ResponseFormat | None = None
    tools: list[AskedTool] | None = None
    tool_choice: str | dict[str, Any] | None = None
    modalities: list[str] | None = None
    audio: dict[str, Any] | None = None
    functions: list[dict[str, Any]] | None = None
    function_call: str | dict[str, Any] | None = None
    web_search_options: dict[str, Any] | None = None
    reasoning_effort: str | None = None
    verbosity: str | None = None
    moderation: dict[str, Any] | None = None

    def check(self) -> None:
        """Raise BadRequest for what the types cannot tell."""
        for place, message in enumerate(self.messages):
            if role_of(message.role) is None and message.role != "function":
                raise BadRequest(
                    f"Invalid value: '{message.role}'.", param=f"messages[{place}].role"
                )
        if self.top_logprobs is not None and not self.logprobs:
            raise BadRequest("top_logprobs needs logprobs: true.", param="top_logprobs")
        if self.stream_options is not None and not self.stream:
            raise BadRequest("stream_options needs stream: true.", param="stream_options")

    def sampling(self, choice: int) -> Sampling:
        """How choice number `choice` is drawn."""
        return replace(
            self.drawn(choice),
            max_tokens=self.max_completion_tokens or self.max_tokens,
            logprobs=bool(self.logprobs),
            top_logprobs=self.top_logprobs or 0,
        )


def askings(request: ChatRequest, body: Mapping[str, Any]) -> list[Asking]:
    """A question for each choice, for an engine in this process. Raises BadRequest."""
    _refuse_what_no_engine_does(request)
    messages = [_message(asked, place) for place, asked in enumerate(request.messages)]
    form = body.get("response_format") if request.response_format else None
    if form is not None and form["type"] == "text":
        form = None
    tools = () if request.tool_choice == "none" else tuple(body.get("tools") or ())
    if tools and request.tool_choice not in (None, "auto"):
        _refuse("tool_choice", "only auto and none")
    return [
        Asking(messages, request.sampling(choice), tools, form) for choice in range(request.n or 1)
    ]


def _refuse_what_no_engine_does(request: ChatRequest) -> None:
    if request.modalities not in (None, [], ["text"]):
        _refuse("modalities", "only text")
    if request.reasoning_effort not in (None, "none"):
        _refuse("reasoning_effort", "these models do not reason before they answer")
    if request.verbosity not in (None, "medium"):
        _refuse("verbosity", "these models are as verbose as they were taught")
    if request.functions or request.function_call not in (None, "auto", "none"):
        _refuse("functions", "send tools instead")
    for name in ("audio", "web_search_options", "moderation"):
        if getattr(request, name) is not None:
            _refuse(name, "there is no such thing here")
    if request.logit_bias:
        _refuse("logit_bias", "tokens cannot be favoured here")


def _refuse(param: str, why: str) -> None:
    raise BadRequest(
        f"Unsupported parameter: '{param}': {why}.", code="unsupported_parameter", param=param
    )


def _message(asked: AskedMessage, place: int) -> dict[str, Any]:
    role = role_of(asked.role)
    if role is None:
        raise BadRequest(f"Invalid value: '{asked.role}'.", param=f"messages[{place}].role")
    content = "" if asked.content is None and role == "assistant" else text_of(asked.content)
    parts = asked.content if isinstance(asked.content, list) else []
    if content is None or any(part.get("type", "text") != "text" for part in parts):
        raise BadRequest("Only text is understood here.", param=f"messages[{place}].content")
    kept = {name: getattr(asked, name) for name in _KEPT if getattr(asked, name) is not None}
    return {"role": role, "content": content} | kept
