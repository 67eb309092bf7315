"""`bot`: demo, serve, worker, manifest, doctor, aside.

Each command reads the settings, calls one function and turns errors into one line and an exit
code: 0 done, 1 the input or a service said no, 2 wrong usage.
"""

import asyncio
import gc
import json
import sys
import traceback
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal

import structlog
import typer
from rich.console import Console
from rich.markup import escape

from bot.errors import BotError
from bot.logs import configure
from bot.loop import event_loop
from bot.settings import Settings
from finetune import FinetuneError, discreet, load

log = structlog.get_logger(__name__)
app = typer.Typer(
    name="bot",
    help="Apprentice: a Slack bot that a team teaches.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks and debug logs.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@app.command()
def demo(
    headless: Annotated[bool, typer.Option(help="Play the tour without a browser.")] = False,
    as_json: Json = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Port of the page [default: 3000; any free one if headless]."
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Where the demo keeps its data [default: data/demo, data/demo-peft]."),
    ] = None,
    engine: Annotated[
        Literal["embedded", "peft"],
        typer.Option(help="What trains: the small embedded engine, or LoRA with torch."),
    ] = "embedded",
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in a browser.")
    ] = True,
    debug: Debug = False,
) -> None:
    """Try everything on this machine, without a Slack account.

    Starts a database, a trainer, a Slack-like workspace in the browser and the bot; Ctrl-C stops
    them. Example: bot demo --headless --json
    """
    from bot.demo import Options
    from bot.demo import demo as play

    usual = Path("data/demo" if engine == "embedded" else "data/demo-peft")
    options = Options(
        data_dir=data_dir or usual,
        port=port,
        headless=headless,
        json=as_json,
        open_browser=open_browser,
        engine=engine,
    )
    raise typer.Exit(_run(lambda: play(options), debug=debug))


@app.command()
def serve(
    worker: Annotated[bool, typer.Option(help="Do the durable tasks in this process too.")] = True,
    debug: Debug = False,
) -> None:
    """Listen to Slack, and answer. Example: HOST=0.0.0.0 PORT=8080 bot serve"""
    from bot.server import serve as run

    _run(lambda: run(load(Settings), worker=worker), debug=debug, keep_trace=True)


@app.command()
def worker(debug: Debug = False) -> None:
    """Only do the durable tasks, beside `bot serve --no-worker`. Example: bot worker"""
    from bot.server import work

    _run(lambda: work(load(Settings)), debug=debug, keep_trace=True)


@app.command()
def manifest(
    url: Annotated[str | None, typer.Option(help="Public address of `bot serve`.")] = None,
    socket_mode: Annotated[bool, typer.Option(help="For SLACK_APP_TOKEN, without a URL.")] = False,
    oauth: Annotated[bool, typer.Option(help="For many workspaces (SLACK_CLIENT_ID).")] = False,
) -> None:
    """Print the Slack app manifest to paste when creating the app.

    Example: bot manifest --url https://apprentice.example.com
    """
    from bot.manifest import manifest as make

    print(json.dumps(make(url, socket_mode=socket_mode, oauth=oauth), indent=2))


@app.command()
def doctor(as_json: Json = False, debug: Debug = False) -> None:
    """Try every service the bot needs and say what to do. Example: bot doctor"""
    from bot.doctor import Finding, examine

    console = Console()

    async def findings() -> list[Finding]:
        found = []
        async for finding in examine(load(Settings)):
            found.append(finding)
            if not as_json:  # at once: a step may take its time
                mark = "[red]✗[/]" if finding.advice else "[green]✓[/]"
                said = finding.advice or finding.hint
                console.print(f"{mark} {escape(finding.name)}", escape(said), sep="  ")
        return found

    found: list[Finding] = _run(findings, debug=debug, quiet=True)
    if as_json:
        print(json.dumps({"findings": [finding._asdict() for finding in found]}))
    raise typer.Exit(1 if any(finding.advice for finding in found) else 0)


@app.command()
def aside(
    retry: Annotated[str, typer.Option(metavar="ID|all", help="Have it tried again.")] = "",
    dismiss: Annotated[str, typer.Option(metavar="ID|all", help="Drop it for good.")] = "",
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List work that failed every time, have it tried again, or drop it.

    Example: bot aside --retry all
    """
    from bot.aside import decided, listed

    if retry and dismiss:
        raise typer.BadParameter("--retry or --dismiss, not both")
    if retry or dismiss:
        wanted, again = retry or dismiss, bool(retry)
        done = _run(lambda: decided(load(Settings), wanted, retry=again), debug=debug, quiet=True)
        lines = [f"{name}  {outcome}" for name, outcome in done.items()]
        print(json.dumps({"done": done}) if as_json else "\n".join(lines) or "nothing is put aside")
        return
    found = _run(lambda: listed(load(Settings)), debug=debug, quiet=True)
    if as_json:
        print(json.dumps({"aside": [entry._asdict() for entry in found]}))
        return
    for entry in found:
        about = " ".join(f"{name}={value}" for name, value in entry.arguments.items())
        print(f"{entry.id}  {entry.kind}  {entry.why} {entry.error} after {entry.tries}  {about}")
    if not found:
        print("nothing is put aside")


def _run(
    work: Callable[[], Coroutine[Any, Any, Any]],
    *,
    debug: bool,
    keep_trace: bool = False,
    quiet: bool = False,
) -> Any:
    """Run to the end; on stderr one line, and exit 1. A service's log keeps the trace as well."""
    gc.freeze()
    gc.enable()
    configure(debug=debug, quiet=quiet)
    try:
        with asyncio.Runner(loop_factory=event_loop) as runner:
            return runner.run(work())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except (BotError, FinetuneError) as error:
        _say(traceback.format_exc() if debug else f"bot: {error}")
        raise typer.Exit(1) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said in one line
        if not debug:
            tell = log.exception if keep_trace else log.error
            tell("unexpected", error=repr(error))
        short = f"bot: {type(error).__name__}: {error}; --debug shows more"
        _say(traceback.format_exc() if debug else short)
        raise typer.Exit(1) from None


def _say(line: str) -> None:
    """Errors may quote what they got: an address with a password, a key that a provider repeats."""
    print(discreet(line), file=sys.stderr)


def main() -> None:
    """The console script."""
    gc.disable()  # until all is imported: nothing of that is garbage, and to look takes a fifth of the time
    app()
