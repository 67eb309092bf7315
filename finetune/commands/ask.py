"""`finetune ask`: try a model from the shell."""

import sys
from typing import Annotated

import typer

from finetune.commands import asking_cases as shared
from finetune.commands.options import Debug, Json
from finetune.commands.output import Output
from finetune.commands.running import finish


def ask(
    model: Annotated[str, typer.Option(help="Who is asked.")],
    prompt: Annotated[
        str | None, typer.Argument(help="The question; absent: stdin.", show_default=False)
    ] = None,
    system: Annotated[str | None, typer.Option(help="System prompt: text, or a file.")] = None,
    temperature: Annotated[
        float | None,
        typer.Option(min=0, max=2, help="0: the likeliest answer; absent: the model's own."),
    ] = None,
    max_tokens: shared.MaxTokens = None,
    legacy_completion: Annotated[
        bool, typer.Option("--legacy-completion", help="The model goes on with a bare prompt.")
    ] = False,
    separator: shared.Separator = None,
    stop: shared.Stop = None,
    logprobs: Annotated[
        int | None,
        typer.Option(min=1, max=20, help="Show so many likely tokens in place of each one."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Ask a model one question; the answer is not kept.

    Example: finetune ask --model ft:base:team::1 "How many days of leave do we get?"
    """
    from finetune.commands.ask_once import run

    if prompt is None:
        if sys.stdin.isatty():
            raise typer.BadParameter("give a PROMPT, or pipe one in")
        prompt = sys.stdin.buffer.read().decode("utf-8", "replace").strip()
    if not prompt.strip():
        raise typer.BadParameter("the PROMPT is empty")
    form = shared.Form(
        system, temperature, max_tokens, legacy_completion, separator, tuple(stop or ())
    )
    finish(lambda: run(model, prompt, form, logprobs, Output(as_json)))
