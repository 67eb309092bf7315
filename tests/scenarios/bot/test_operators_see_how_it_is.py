"""Probes, metrics, doctor, and the one-line errors of the command."""

import asyncio
import sys
from pathlib import Path

import httpx
import pytest
import redis

from tests.scenarios.bot.conftest import Branch, Office

pytestmark = pytest.mark.anyio


async def test_probes_answer(office: Office) -> None:
    async with httpx.AsyncClient(base_url=office.bot_url) as http:
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/readyz")).status_code == 200
        assert "apprentice_tasks" in (await http.get("/metrics")).text


async def test_a_database_that_may_lose_data_is_not_ready(office: Office, redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        client.config_set("appendonly", "no")
        try:
            async with httpx.AsyncClient(base_url=office.bot_url) as http:
                ready = await http.get("/readyz")
        finally:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("appendonly", "yes")
    assert ready.status_code == 503
    assert "set `maxmemory-policy noeviction`" in ready.text
    assert "set `appendonly yes`" in ready.text


async def run(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=cwd,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_serve_without_a_token_says_so_in_one_line(tmp_path: Path) -> None:
    code, out, err = await run("serve", cwd=tmp_path)
    assert (code, out) == (1, "")
    assert err.strip().splitlines() == [
        "bot: SLACK_BOT_TOKEN is not set; `bot doctor` shows where to find it"
    ]


async def test_a_bad_setting_is_named_with_a_good_value(tmp_path: Path) -> None:
    code, _out, err = await run("serve", cwd=tmp_path, RETRAIN_SCHEDULE="every monday")
    assert code == 1
    [line] = err.strip().splitlines()
    assert "RETRAIN_SCHEDULE" in line
    assert "0 3 * * 1" in line


async def test_a_port_that_is_taken_is_said_in_one_line(branch: Branch, tmp_path: Path) -> None:
    code, _out, err = await run("serve", cwd=tmp_path, **branch.bot.environment)
    assert code == 1
    assert err.strip().splitlines()[-1].startswith("bot: cannot listen on 127.0.0.1:")
    assert "Traceback" not in err


async def test_doctor_finds_everything_in_place(branch: Branch, tmp_path: Path) -> None:
    _code, out, _err = await run("doctor", "--json", cwd=tmp_path, **branch.bot.environment)
    assert "Hoshi Bakery as apprentice" in out
    assert '"models (base)", "advice": ""' in out


async def test_doctor_says_what_to_do(tmp_path: Path) -> None:
    code, out, _err = await run("doctor", cwd=tmp_path, REDIS_URL="redis://127.0.0.1:1/0")
    assert code == 1
    assert "set SLACK_BOT_TOKEN" in out
    assert "✗ Redis" in out


async def test_doctor_goes_through_the_example_as_it_was_copied(tmp_path: Path) -> None:
    example = Path(__file__).parents[3] / ".env.example"
    (tmp_path / ".env").write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    code, out, err = await run("doctor", cwd=tmp_path)
    assert code == 1
    assert err == ""
    for variable in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "OPENAI_API_KEY", "ADMINS"):
        assert f"set {variable}" in out


async def test_unknown_options_are_wrong_usage(tmp_path: Path) -> None:
    code, _out, _err = await run("serve", "--nope", cwd=tmp_path)
    assert code == 2
