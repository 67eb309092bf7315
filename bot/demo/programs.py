"""What the demo consists of: each program's module, arguments, environment and sign of readiness.

Pure descriptions; `supervisor.py` starts them. The bot learns where everything is from its
environment, as it would anywhere else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.demo.handbook import HANDBOOK
from bot.demo.keys import Keys, write_secret
from bot.demo.options import Engine
from bot.demo.ports import HOST
from bot.demo.supervisor import Program
from bot.sandbox.workspace import BEN, BOT_TOKEN, CHIE

BASE_MODEL = "handbook-base"
NOTE = (
    "The model behind this bot is tiny and was trained on this machine. It knows the handbook of a "
    "made-up bakery and what it is taught here, and nothing else."
)


@dataclass(frozen=True)
class Site:
    """Where one demo keeps its data and which ports it uses."""

    data_dir: Path
    page_port: int
    bot_port: int
    trainer_port: int
    keys: Keys
    engine: Engine = "embedded"

    @property
    def page_url(self) -> str:
        return f"http://{HOST}:{self.page_port}"

    @property
    def bot_url(self) -> str:
        return f"http://{HOST}:{self.bot_port}"

    @property
    def trainer_url(self) -> str:
        return f"http://{HOST}:{self.trainer_port}/v1"

    @property
    def database_file(self) -> Path:
        """Where the database program writes what the others need of it."""
        return self.data_dir / "run" / "database.json"

    @property
    def tour_file(self) -> Path:
        """The page's tour, written for the lesson that is next."""
        return self.data_dir / "run" / "tour.json"

    @property
    def secret_file(self) -> Path:
        """What the sandbox signs with; as an argument it would be seen in the list of processes."""
        return self.data_dir / "run" / "signing-secret"


def database(site: Site) -> Program:
    async def ready() -> bool:
        return site.database_file.exists()

    site.database_file.unlink(missing_ok=True)
    arguments = (str(site.data_dir), str(site.database_file))
    return Program("database", "bot.demo.database", arguments, ready=ready)


def pretraining(site: Site) -> Program:
    """Trains the base model from the handbook; shows its progress on the terminal."""
    arguments = ("pretrain", str(HANDBOOK), "--name", BASE_MODEL, *_trainer_options(site))
    return Program("pretraining", "finetune.trainer", arguments)


def trainer(site: Site) -> Program:
    arguments = ("trainer", "--port", str(site.trainer_port), *_trainer_options(site))
    return Program(
        "trainer",
        "finetune.trainer",
        arguments,
        {"TRAINER_API_KEYS": site.keys.trainer_key},
        ready=_answers(f"http://{HOST}:{site.trainer_port}/healthz"),
    )


def _trainer_options(site: Site) -> tuple[str, ...]:
    return ("--data-dir", str(site.data_dir), "--engine", site.engine)


def sandbox(site: Site) -> Program:
    write_secret(site.secret_file, site.keys.signing_secret)
    arguments = {
        "--port": str(site.page_port),
        "--bot-url": site.bot_url,
        "--signing-secret-file": str(site.secret_file),
        "--data-dir": str(site.data_dir / "sandbox"),
        "--tour": str(site.tour_file),
        "--model-note": NOTE,
    }
    return Program(
        "sandbox",
        "bot.sandbox",
        tuple(part for pair in arguments.items() for part in pair),
        ready=_answers(f"{site.page_url}/sandbox"),
    )


def bot(site: Site, redis_url: str) -> Program:
    environment = {
        "SLACK_BASE_URL": f"{site.page_url}/api/",
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": site.keys.signing_secret,
        "SIGN_IN_CLIENT_ID": "sandbox",  # Slack's page asks who one is, and takes one's word
        "SIGN_IN_CLIENT_SECRET": site.keys.signing_secret,
        "OPENAI_BASE_URL": site.trainer_url,
        "OPENAI_API_KEY": site.keys.trainer_key,
        "CHAT_MODEL": BASE_MODEL,
        "BASE_MODEL": BASE_MODEL,
        "ADMINS": CHIE.user_id,
        "CURATORS": BEN.user_id,
        "AUTO_APPROVE": "curators",
        "PROMOTION": "auto",
        "RETRAIN_MAX_PER_DAY": "1000",  # nobody pays for these
        "POLL_SECONDS": "1",
        "DRAIN_SECONDS": "0",
        "REDIS_URL": redis_url,
        "DATA_DIR": str(site.data_dir),
        "HOST": HOST,
        "PORT": str(site.bot_port),
    }
    return Program("bot", "bot", ("serve",), environment, ready=_answers(f"{site.bot_url}/healthz"))


def _answers(url: str) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        timeout = aiohttp.ClientTimeout(total=2)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as web, web.get(url) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    return ready
