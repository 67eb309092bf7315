"""Asks a model through chat completions, or legacy completions where the question is a bare prompt."""

import time
from typing import Any

import openai

from finetune.adapters.openai.refusals import refusal_of_question, translated
from finetune.asking.question import Answer, Question, Token


class OpenAIAsking:
    """One account's models. Retries, and waits that the provider asks for, are the SDK's."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client

    @translated()
    async def ask(self, question: Question) -> Answer:
        """At the asked temperature, or at the only one that the model allows."""
        began = time.monotonic()
        try:
            answer = await self._answer(question)
        except openai.APIStatusError as error:
            refusal = refusal_of_question(error)
            if refusal is not None:
                raise refusal from error
            raise
        return answer.model_copy(update={"seconds": time.monotonic() - began})

    async def _answer(self, question: Question) -> Answer:
        options = _options(question)
        while True:
            try:
                if question.prompt is not None:
                    return await self._legacy(question, options)
                return await self._chat(question, options)
            except openai.BadRequestError as error:
                if error.param == "max_tokens" and "max_tokens" in options:
                    # newer models know it by another name only
                    options["max_completion_tokens"] = options.pop("max_tokens")
                elif error.param == "temperature" and "temperature" in options:
                    del options["temperature"]
                else:
                    raise

    async def _chat(self, question: Question, options: dict[str, Any]) -> Answer:
        if question.top_logprobs is not None:
            options = options | {"logprobs": True, "top_logprobs": question.top_logprobs}
        messages: Any = [message.wire() for message in question.messages]
        answer = await self._client.chat.completions.create(
            model=question.model, messages=messages, **options
        )
        if not answer.choices:
            return Answer(content="", **_usage(answer))
        choice = answer.choices[0]
        content = getattr(choice.logprobs, "content", None) or ()
        return Answer(
            content=choice.message.content or choice.message.refusal or "",
            finish_reason=choice.finish_reason or "stop",
            tokens=tuple(
                Token(
                    text=token.token,
                    logprob=token.logprob,
                    top=tuple((rival.token, rival.logprob) for rival in token.top_logprobs or ()),
                )
                for token in content
            ),
            **_usage(answer),
        )

    async def _legacy(self, question: Question, options: dict[str, Any]) -> Answer:
        if question.top_logprobs is not None:
            options = options | {"logprobs": min(question.top_logprobs, 5)}  # 5 is the API's limit
        answer = await self._client.completions.create(
            model=question.model, prompt=question.prompt or "", **options
        )
        if not answer.choices:
            return Answer(content="", **_usage(answer))
        choice = answer.choices[0]
        found = choice.logprobs
        texts, logprobs = (found.tokens or [], found.token_logprobs or []) if found else ([], [])
        rivals = (found.top_logprobs or []) if found else []
        return Answer(
            content=choice.text or "",
            finish_reason=choice.finish_reason or "stop",
            tokens=tuple(
                Token(
                    text=text,
                    logprob=logprob,
                    top=tuple((rivals[place] or {}).items()) if place < len(rivals) else (),
                )
                for place, (text, logprob) in enumerate(zip(texts, logprobs, strict=False))
            ),
            **_usage(answer),
        )


def _options(question: Question) -> dict[str, Any]:
    wanted = {
        "temperature": question.temperature,
        "max_tokens": question.max_tokens,
        "stop": list(question.stop) or None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def _usage(answer: Any) -> dict[str, Any]:
    usage = getattr(answer, "usage", None)
    return {
        "prompt_tokens": getattr(usage, "prompt_tokens", None),
        "completion_tokens": getattr(usage, "completion_tokens", None),
    }
