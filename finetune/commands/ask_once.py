"""Carries out `finetune ask`: one question, one answer, and perhaps how sure the model was."""

from math import exp

from rich.markup import escape
from rich.table import Table

from finetune.adapters.openai import OpenAIAsking
from finetune.asking.legacy import LegacyTraits
from finetune.asking.question import Answer, Question, Token
from finetune.bootstrap import provider
from finetune.commands.asking_cases import LEGACY_TOKENS, Form, legacy_form, text_or_file
from finetune.commands.output import Output
from finetune.dataset.example import Message
from finetune.errors import InputError
from finetune.settings import Settings, load


async def run(model: str, prompt: str, form: Form, logprobs: int | None, output: Output) -> int:
    """Ask, and show the answer."""
    question, separator = _question(model, prompt, form, logprobs)
    async with provider(load(Settings)) as models:  # someone waits: retried, but not for long
        answer = await OpenAIAsking(models).ask(question)
    text = answer.content.strip() if form.legacy else answer.content
    output.result(_document(model, text, answer), text)
    if separator is not None:
        output.remark(f"the prompt ended in {separator!r} (--separator)")
    if output.as_json:
        return 0
    if answer.finish_reason == "length":
        output.remark("the answer was cut off (--max-tokens)")
    if logprobs is not None and not answer.tokens:
        output.remark("the provider gave no log-probabilities")
    if answer.tokens:
        output.console.print(_likely(answer.tokens))
    return 0


def _question(
    model: str, prompt: str, form: Form, logprobs: int | None
) -> tuple[Question, str | None]:
    """What is sent, and the separator that a legacy prompt got."""
    try:
        prompt.encode()
    except UnicodeEncodeError:
        raise InputError("the prompt is not UTF-8 text") from None
    asked = Question(
        model=model,
        temperature=form.temperature,
        max_tokens=form.max_tokens,
        top_logprobs=logprobs,
    )
    system = text_or_file(form.system)
    if form.legacy:
        legacy = legacy_form(form, LegacyTraits().see_all([prompt]))
        text = f"{system}\n\n{prompt}" if system else prompt
        changes = {
            "prompt": legacy.prompt(text),
            "stop": legacy.stop,
            "max_tokens": form.max_tokens or LEGACY_TOKENS,
        }
        return asked.model_copy(update=changes), legacy.separator
    messages = (
        *([Message(role="system", content=system)] if system else ()),
        Message(role="user", content=prompt),
    )
    return asked.model_copy(update={"messages": messages}), None


def _document(model: str, text: str, answer: Answer) -> dict[str, object]:
    return {
        "model": model,
        "content": text,
        "finish_reason": answer.finish_reason,
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "seconds": answer.seconds,
        "logprobs": [
            {
                "token": token.text,
                "logprob": token.logprob,
                "top": [{"token": text, "logprob": logprob} for text, logprob in token.top],
            }
            for token in answer.tokens
        ],
    }


def _likely(tokens: tuple[Token, ...]) -> Table:
    """A row for each token that was likely in a place; the one that was written is marked."""
    table = Table(box=None, pad_edge=False)
    for heading in ("place", "token", "log-probability", "probability"):
        table.add_column(heading, justify="left" if heading == "token" else "right")
    for place, token in enumerate(tokens, start=1):
        known = dict(token.top) | {token.text: token.logprob}
        for text, logprob in sorted(known.items(), key=lambda pair: -pair[1]):
            mark = " ←" if text == token.text else ""
            table.add_row(
                str(place), escape(f"{text!r}{mark}"), f"{logprob:.4f}", f"{exp(logprob):.2%}"
            )
    return table
