"""200 secrets in turns, files, corrections and settings; then everything the bot has said is searched."""

import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from finetune.bootstrap import toolkit
from finetune.settings import Settings as ToolkitSettings
from tests.factories import ADMIN, ASKER, CURATOR, TEAM
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.planted import Planted, planted
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import BOT, Workplace, until
from tests.scenarios.bot.conftest import environment

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(170)]
Json = dict[str, Any]
SHARED = 20  # secrets in one message, so that 200 take few of them


@dataclass
class Said:
    """Everything that left the bot, by where it was found."""

    texts: dict[str, str] = field(default_factory=dict)

    def leaks(self, hidden: dict[str, str]) -> list[str]:
        """`kind in place` for each secret, or half of it, that is found."""
        return [
            f"{kind} in {place}"
            for place, text in self.texts.items()
            for kind, secret in hidden.items()
            if secret in text or json.dumps(secret)[1:-1] in text
        ]


@dataclass(frozen=True)
class Vault:
    """A bot whose settings are secrets that no test knows beforehand."""

    people: Workplace
    models: OpenAIStub
    settings: dict[str, str]
    directory: Path
    process: asyncio.subprocess.Process

    @property
    def secrets(self) -> dict[str, str]:
        named = ("TOKEN", "SECRET", "KEY")
        found = {n: v for n, v in self.settings.items() if n.rpartition("_")[2] in named}
        password = self.settings["REDIS_URL"].partition(":bot:")[2] or _password(self.settings)
        return {**found, "REDIS_URL": password}

    async def run(self, *command: str, **changes: str) -> str:
        """All that another command of ours says."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *command),
            cwd=self.directory,
            env=self.settings | changes,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return said.decode()


def _password(settings: dict[str, str]) -> str:
    return settings["REDIS_URL"].partition("bot:")[2].partition("@")[0]


@pytest.fixture
async def vault(redis_url: str, models: OpenAIStub, tmp_path: Path) -> AsyncIterator[Vault]:
    signing, token, password = (
        secrets.token_hex(16),
        "xoxb-1-" + secrets.token_hex(12),
        secrets.token_hex(9),
    )
    with taken_port() as listening:
        bot_url = url_of(listening)
    config = Config(
        bot_url=bot_url,
        signing_secret=signing,
        bot_token=token,
        data_dir=tmp_path / "slack",
        time_scale=0.05,
    )
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(Redis.from_url(redis_url))
        await redis.execute_command(
            "ACL", "SETUSER", "bot", "on", f">{password}", "~*", "&*", "+@all"
        )
        slack_url = await stack.enter_async_context(served(create_app(config)))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=slack_url, timeout=20))
        settings = environment(
            slack_url,
            bot_url,
            models,
            redis_url.replace("unix://", f"unix://bot:{password}@"),
            tmp_path / "data",
        ) | {
            "SLACK_SIGNING_SECRET": signing,
            "SLACK_BOT_TOKEN": token,
            "OPENAI_API_KEY": "provider/" + secrets.token_hex(16),  # of no known shape
            "METRICS_TOKEN": secrets.token_hex(16),
            "SIGN_IN_CLIENT_SECRET": secrets.token_hex(16),
            "ENCRYPTION_KEY": Fernet.generate_key().decode(),
        }
        process = await _started(settings, tmp_path)
        try:
            yield Vault(Workplace(http), models, settings, tmp_path, process)
        finally:
            process.terminate()
            await process.wait()
            await redis.execute_command("ACL", "DELUSER", "bot")


async def _started(settings: dict[str, str], directory: Path) -> asyncio.subprocess.Process:
    with (directory / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve", "--debug"),
            cwd=directory,
            env=settings,
            stdout=log,
            stderr=log,
        )
    async with httpx.AsyncClient() as http:

        async def listening() -> bool:
            assert process.returncode is None, (directory / "bot.log").read_text()
            try:
                url = f"http://127.0.0.1:{settings['PORT']}/healthz"
                return (await http.get(url)).status_code == 200
            except httpx.TransportError:
                return False

        await until("the bot to listen", listening)
    return process


async def test_no_secret_of_people_or_settings_is_said_anywhere(vault: Vault) -> None:
    pasted = planted(200, seed=6)
    groups = [pasted[start : start + SHARED] for start in range(0, len(pasted), SHARED)]
    vault.models.answer = lambda _model, _messages: "20 days of leave."
    await _asked(vault, groups[:5])
    await _taught(vault, groups[5:9], groups[9])
    key = vault.settings["OPENAI_API_KEY"]
    await _refused(vault, key)
    await _retrained(vault, key)
    said = await _everything(vault)
    hidden = {f"{each.kind} {n}": each.secret for n, each in enumerate(pasted)} | vault.secrets
    assert not said.leaks(hidden)
    assert "listening" in said.texts["log"]
    assert "20 days of leave." in said.texts["messages"]
    assert "[secret]" in said.texts["pending and approved"]
    assert TEAM in said.texts["/metrics"]


def _pasted(group: list[Planted]) -> str:
    return "\n".join(f"{each.text} ." for each in group)


async def _asked(vault: Vault, groups: list[list[Planted]]) -> None:
    """In messages, and in a file; 👍 makes each an example."""
    for number, group in enumerate(groups):
        text = f"@apprentice question {number}? {_pasted(group)}"
        if number == 0:
            ts = await vault.people.share(
                ASKER, "env.txt", _pasted(group).encode(), "@apprentice this?"
            )
        else:
            ts = await vault.people.ask(ASKER, text)
        answer = await vault.people.answer(ts)
        await vault.people.click(CURATOR, answer, "feedback", "up")


async def _taught(vault: Vault, groups: list[list[Planted]], waiting: list[Planted]) -> None:
    """In corrections: a curator's are approved at once, another's wait for one."""
    by = [*((CURATOR, group) for group in groups), (ASKER, waiting)]
    for number, (user, group) in enumerate(by):
        ts = await vault.people.ask(ASKER, f"@apprentice how do I log in to number {number}?")
        answer = await vault.people.answer(ts)
        await vault.people.correct(user, answer, f"Number {number}: {_pasted(group)}")


async def _refused(vault: Vault, key: str) -> None:
    """A provider that repeats our key in its refusal, as some do."""
    for status, code in ((401, "invalid_api_key"), (400, "bad"), (404, "model_not_found")):
        vault.models.fault(
            "POST /v1/chat/completions",
            status=status,
            code=code,
            message=f"Incorrect API key provided: {key}",
        )
        ts = await vault.people.ask(ASKER, "@apprentice and now?")
        await until("an apology", lambda ts=ts: _replied(vault, ts))


async def _replied(vault: Vault, ts: str) -> bool:
    found = await vault.people.messages()
    return any(m.get("user") == BOT and m.get("thread_ts") == ts and m["text"] for m in found)


async def _retrained(vault: Vault, key: str) -> None:
    """One run that fails with our key in the job's error, and one that is evaluated."""
    vault.models.polls = None
    for fails in (True, False):
        await vault.people.command(ADMIN)
        await vault.people.submit(ADMIN, await vault.people.view(ADMIN))
        count = 1 if fails else 2
        await until("the job", lambda count=count: len(vault.models.jobs) == count)
        job_id = list(vault.models.jobs)[-1]
        if fails:
            vault.models.fail(job_id, f"key {key} was revoked")
        else:
            vault.models.finish(job_id)
        word = "failed" if fails else "promot"
        await vault.people.see("the run's end", lambda m, word=word: word in str(m).lower())


async def _everything(vault: Vault) -> Said:
    said = Said()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{vault.settings['PORT']}") as http:
        bearer = {"Authorization": f"Bearer {vault.settings['METRICS_TOKEN']}"}
        for path in ("/metrics", "/readyz", "/curate", "/learn", "/slack/install", "/nothing"):
            said.texts[path] = (await http.get(path, headers=bearer)).text
    app_token = {"SLACK_APP_TOKEN": "xapp-1-" + "a" * 40}
    said.texts["doctor"] = await vault.run("bot", "doctor", "--json", "--debug", **app_token)
    said.texts["runs"] = await vault.run("finetune", "runs", "--json", "--workspace", TEAM)
    said.texts["export"] = await vault.run("finetune", "export", "--workspace", TEAM)
    for user in (ADMIN, CURATOR, ASKER):
        said.texts[f"home of {user}"] = json.dumps(
            await vault.people.home(user), ensure_ascii=False
        )
    bots = [m for m in await vault.people.messages(user=ADMIN) if m.get("user") == BOT]
    said.texts["messages"] = json.dumps(bots, ensure_ascii=False)
    said.texts["pending and approved"] = await _dataset(vault)
    for path in sorted((vault.directory / "data").rglob("*")):
        if path.is_file():
            said.texts[path.name] = path.read_text(errors="replace")
    running = psutil.Process(vault.process.pid)
    each = [running, *running.children(recursive=True)]
    said.texts["process arguments"] = " ".join(part for p in each for part in p.cmdline())
    said.texts["log"] = (vault.directory / "bot.log").read_text()
    return said


async def _dataset(vault: Vault) -> str:
    lower = {name.lower(): value for name, value in vault.settings.items()}
    settings = ToolkitSettings.model_validate(lower)
    async with toolkit(settings, vault.settings["REDIS_URL"]) as kit:
        dataset = kit.workspace(TEAM).dataset
        examples = [*await dataset.pending(limit=1000), *await dataset.approved()]
        return "\n".join(example.model_dump_json() for example in examples)
