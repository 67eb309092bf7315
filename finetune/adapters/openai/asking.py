"""Asks a model through chat completions, or legacy completions where the question is a bare prompt."""

from typing import Any, TypeVar

import openai
from openai.types import Completion
from openai.types.chat import ChatCompletion

from finetune.adapters.openai.refusals import refusal_of_question, translated
from finetune.asking.question import Answer, Question, Token
from finetune.dataset.discreet import discreet
from finetune.errors import ModelMissing, ProviderError

LEGACY_RIVALS = 5  # the most that legacy completions name
# What a model may refuse, and the name it knows instead; None: it goes without.
INSTEAD = {"max_tokens": "max_completion_tokens", "temperature": None, "logprobs": None}
C = TypeVar("C", ChatCompletion, Completion)


class OpenAIAsking:
    """One account's models. Retries, and waits that the provider asks for, are the SDK's."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._refused: dict[str, set[str]] = {}  # by model: parameters that it does not take

    @translated()
    async def ask(self, question: Question) -> Answer:
        """With the asked parameters, or without those that the model refuses to be given."""
        while True:
            refused = self._refused.setdefault(question.model, set())
            options = _options(question, refused)
            try:
                if question.prompt is not None:
                    return await self._legacy(question, options)
                return await self._chat(question, options)
            except openai.APIStatusError as error:
                name = _refused_parameter(error)
                if name is None or name not in options:
                    refusal = _explained(error, question)
                    if refusal is None:
                        raise
                    raise refusal from error
                refused.add(name)

    async def _chat(self, question: Question, options: dict[str, Any]) -> Answer:
        # `extra_body` is sent as it is, in place of `messages`: the SDK would take each message apart
        # by its type, which is more than half of the work of a request.
        wire = {"messages": [message.wire() for message in question.messages]}
        reply = await self._client.chat.completions.with_raw_response.create(
            model=question.model, messages=[], extra_body=wire, **options
        )
        answer = _usable(reply.parse(), ChatCompletion)
        if not answer.choices:
            return Answer(content="", **_usage(answer))
        choice = answer.choices[0]
        tokens = choice.logprobs.content if choice.logprobs else None
        refusal = choice.message.refusal
        return Answer(
            content=_text(choice.message.content or refusal),
            finish_reason="refusal" if refusal else choice.finish_reason or "stop",
            tokens=tuple(
                Token(
                    text=token.token,
                    logprob=token.logprob,
                    top=tuple((rival.token, rival.logprob) for rival in token.top_logprobs or ()),
                )
                for token in tokens or ()
            ),
            seconds=reply.elapsed.total_seconds(),
            **_usage(answer),
        )

    async def _legacy(self, question: Question, options: dict[str, Any]) -> Answer:
        reply = await self._client.completions.with_raw_response.create(
            model=question.model, prompt=question.prompt or "", **options
        )
        answer = _usable(reply.parse(), Completion)
        if not answer.choices:
            return Answer(content="", **_usage(answer))
        choice = answer.choices[0]
        found = choice.logprobs
        texts, logprobs = (found.tokens or [], found.token_logprobs or []) if found else ([], [])
        rivals = (found.top_logprobs or []) if found else []
        return Answer(
            content=_text(choice.text),
            finish_reason=choice.finish_reason or "stop",
            tokens=tuple(
                Token(
                    text=text,
                    logprob=logprob,
                    top=tuple((rivals[place] or {}).items()) if place < len(rivals) else (),
                )
                for place, (text, logprob) in enumerate(zip(texts, logprobs, strict=False))
            ),
            seconds=reply.elapsed.total_seconds(),
            **_usage(answer),
        )


def _text(said: str | None) -> str:
    """Text that can be written: half a surrogate pair (an emoji cut in two) becomes "?"."""
    return (said or "").encode(errors="replace").decode()


def _options(question: Question, refused: set[str]) -> dict[str, Any]:
    """The parameters to send, by the names that this model takes."""
    wanted: dict[str, Any] = {
        "temperature": question.temperature,
        "max_tokens": question.max_tokens,
        "stop": list(question.stop) or None,
    }
    if question.top_logprobs is not None:
        legacy = question.prompt is not None
        wanted["logprobs"] = min(question.top_logprobs, LEGACY_RIVALS) if legacy else True
        wanted["top_logprobs"] = None if legacy else question.top_logprobs
    if "logprobs" in refused:
        wanted["top_logprobs"] = None
    named = ((INSTEAD[name] if name in refused else name, value) for name, value in wanted.items())
    return {name: value for name, value in named if name and value is not None}


def _refused_parameter(error: openai.APIStatusError) -> str | None:
    """The parameter we can do without that a 400 is about, also where only its text says so."""
    if error.status_code not in {400, 422}:
        return None
    if error.param in INSTEAD:
        return error.param
    if error.param == "top_logprobs":
        return "logprobs"
    text = str(error.message).lower()
    if error.param is not None or not any(word in text for word in ("support", "unrecognized")):
        return None
    return next((name for name in INSTEAD if name in text), None)


def _explained(error: openai.APIStatusError, question: Question) -> ProviderError | None:
    """A model asked in the wrong form is said to be that; OpenAI answers it with 404."""
    text = str(error.message).lower()
    if error.status_code == 404 and "not a chat model" in text:
        return ModelMissing(
            f"{question.model} is no chat model, it goes on with a bare prompt: "
            "add --legacy-completion"
        )
    if error.status_code == 404 and "is a chat model" in text:
        return ModelMissing(f"{question.model} is a chat model: leave out --legacy-completion")
    return refusal_of_question(error)


def _usable(answer: Any, kind: type[C]) -> C:
    """The answer as such; some gateways say 200 to an error page, or to an error."""
    if not isinstance(answer, kind):
        said = " ".join(discreet(str(answer)).split())[:80]
        raise ProviderError(
            f"the provider's answer is no completion: {said!r}; is OPENAI_BASE_URL right?"
        )
    if error := (answer.model_extra or {}).get("error"):
        said = " ".join(discreet(str(error)).split())[:300]
        raise ProviderError(f"the provider answered with an error: {said}")
    return answer


def _usage(answer: ChatCompletion | Completion) -> dict[str, int | None]:
    return {
        "prompt_tokens": getattr(answer.usage, "prompt_tokens", None),
        "completion_tokens": getattr(answer.usage, "completion_tokens", None),
    }
