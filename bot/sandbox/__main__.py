"""`python -m bot.sandbox`: serve one workspace until Ctrl-C. Arguments only; it reads no environment.

Started beside the bot by the demo, or by hand for trying a bot that runs elsewhere.
"""

import argparse
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from bot.sandbox.errors import SecretError, TourError
from bot.sandbox.tour import read_tour

DESCRIPTION = "A local Slack workspace in the browser. Serves until Ctrl-C; reads no environment."
EXAMPLE = """example:
  python -m bot.sandbox --port 3100 --bot-url http://127.0.0.1:3000 --signing-secret-file secret.txt --data-dir data/sandbox
  and start the bot with SLACK_BASE_URL=http://127.0.0.1:3100/api/ SLACK_BOT_TOKEN=xoxb-sandbox-bot
"""


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    try:
        tour = read_tour(options.tour) if options.tour else ()
        file = options.signing_secret_file
        secret = secret_in(file) if file else options.signing_secret
    except (SecretError, TourError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    app = create_app(
        Config(
            bot_url=options.bot_url,
            signing_secret=secret,
            data_dir=options.data_dir,
            tour=tour,
            model_note=options.model_note,
            time_scale=options.time_scale,
            rate_limits=not options.no_rate_limits,
        )
    )
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )
    _Server(config).run()
    return 0


class _Server(uvicorn.Server):
    """Ends the pages' event streams first: uvicorn waits for open answers before it stops."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Instead of uvicorn's own, which kills the process by the same signal once it has stopped."""
        self.config.app.state.sandbox.changes.close()  # type: ignore[union-attr] # the app given above
        self.force_exit = self.should_exit  # a second Ctrl-C does not wait
        self.should_exit = True


def secret_in(path: str) -> str:
    """The first line of the file, or of stdin where the path is `-`."""
    try:
        lines = sys.stdin.readline() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"--signing-secret-file {path} cannot be read: {error}.") from None
    secret = lines.partition("\n")[0].strip()
    if not secret:
        raise SecretError(f"--signing-secret-file {path} holds no secret on its first line.")
    return secret


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot.sandbox",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=3100)
    parser.add_argument(
        "--bot-url", required=True, help="where the bot listens; /slack/events is added"
    )
    secret = parser.add_mutually_exclusive_group(required=True)
    secret.add_argument(
        "--signing-secret-file",
        metavar="PATH",
        help="file that holds the bot's SLACK_SIGNING_SECRET on its first line; - reads it from stdin",
    )
    secret.add_argument(
        "--signing-secret", help="the secret itself, for a try: the list of processes shows it"
    )
    parser.add_argument("--data-dir", type=Path, required=True, help="the workspace is kept here")
    parser.add_argument("--tour", type=Path, help="JSON file with the steps of a guided tour")
    parser.add_argument(
        "--model-note", default="", help="a line about the model, shown on the page"
    )
    parser.add_argument(
        "--time-scale",
        type=float,
        default=1.0,
        help="shortens the waits before retries and of rate limits; 0.01: 1 min = 0.6 s",
    )
    parser.add_argument(
        "--no-rate-limits", action="store_true", help="answer however many calls a minute come"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
