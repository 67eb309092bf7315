"""Headers of every page and refusal; refusals are pages in the reader's language."""

import re
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
import structlog
from redis.exceptions import ConnectionError as RedisAway

from bot.texts.pages import EN, JA
from bot.web import limits
from tests.factories import CURATOR
from tests.scenarios.pages.conftest import House, query

pytestmark = pytest.mark.anyio
CHANGES = {"public_url": "https://bot.example.com"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
EVERYWHERE: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/curate", {}, 403),
    ("GET", "/curate/", {}, 307),
    ("GET", "/curate/sign-in", {}, 303),
    ("GET", "/curate/signed-in", {}, 403),
    ("GET", "/curate/signed-in?code=" + "x" * 2001, {}, 422),
    ("GET", "/curate/enter", {}, 422),
    ("GET", "/curate/enter?token=x", {}, 403),
    ("POST", "/curate/enter", {}, 422),
    ("POST", "/curate/enter", {"content": b"\xff\xfe", "headers": FORM}, 422),
    ("POST", "/curate/sign-out", {"data": {"form_token": "x"}}, 403),
    ("DELETE", "/curate", {}, 405),
    ("GET", "/curate/review", {}, 403),
    ("GET", "/curate/review/keys", {}, 403),
    ("GET", "/curate/review/x", {}, 403),
    ("GET", "/curate/review/x/approve", {}, 405),
    ("POST", "/curate/review", {"data": {"form_token": "x", "verdict": "approve"}}, 403),
    ("POST", "/curate/review/x/maybe", {"data": {"form_token": "x", "seen": "x"}}, 403),
    ("POST", "/curate/review/x/approve", {"data": {"form_token": "x", "seen": "x"}}, 403),
    ("GET", "/curate/no/such/page", {}, 404),
    ("GET", "/curate/static/pages.css", {}, 200),
    ("GET", "/curate/static/../pages.py", {}, 404),
    ("GET", "/curate/static/none.css", {}, 404),
    ("GET", "/learn", {}, 200),
    ("GET", "/learn/no/such/page", {}, 404),
    ("POST", "/learn", {}, 405),
]


def guarded(answer: httpx.Response) -> None:
    """Nothing may run, be framed, be sniffed, be kept or leak an address."""
    got = answer.headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in got["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy.get("script-src") in (None, "'self'")
    assert "unsafe" not in got["content-security-policy"]
    assert got["x-content-type-options"] == "nosniff"
    assert got["x-frame-options"] == "DENY"
    assert got["referrer-policy"] == "no-referrer"
    assert got["cross-origin-opener-policy"] == "same-origin"
    assert got["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in got["permissions-policy"]
    assert got["strict-transport-security"].startswith("max-age=31536000")
    if answer.url.path.startswith("/curate/static"):
        assert got["cache-control"] == "no-cache"
    elif answer.url.path.startswith("/curate"):
        assert got["cache-control"] == "no-store"
    assert "server" not in got or "python" not in got["server"].lower()


@pytest.mark.parametrize(("method", "path", "sent", "status"), EVERYWHERE)
async def test_headers_are_on_every_answer(
    house: House, method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    async with house.browser() as browser:
        answer = await browser.request(method, path, **sent)
        assert answer.status_code == status
        guarded(answer)
        if status >= 400:
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert '<html lang="en">' in answer.text
            assert "<script" not in answer.text
            assert "detail" not in answer.text


async def test_forms_that_are_none_of_ours_are_not_read(house: House) -> None:
    """By their kind or their size; what refuses them is guarded too."""
    async with house.browser() as browser:
        for kind, size, status in (
            ("multipart/form-data; boundary=X; charset=punycode", 900_000, 413),
            ("multipart/form-data; boundary=X; charset=punycode", 9_000, 415),
            (FORM["Content-Type"], limits.FORM + 1, 413),
        ):
            content = b"x" * size
            headers = {"Content-Type": kind}
            answer = await browser.post("/curate/enter", content=content, headers=headers)
            assert answer.status_code == status
            guarded(answer)


async def test_a_page_for_a_curator_is_guarded_too(house: House) -> None:
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        page = await browser.get("/curate", headers={"Cookie": await session(house)})
        assert page.status_code == 200
        guarded(page)


async def session(house: House) -> str:
    """The cookie of a curator who came in; here over plain http, where no browser would send it."""
    token = house.link(CURATOR).partition("token=")[2]
    async with house.browser() as browser:
        entered = await browser.post("/curate/enter", data={"token": token})
    return entered.headers["set-cookie"].split(";")[0]


async def test_cookies_are_for_this_host_over_https_and_for_no_script(house: House) -> None:
    async with house.browser() as browser:
        begun = await browser.get("/curate/sign-in")
        token = house.link(CURATOR).partition("token=")[2]
        entered = await browser.post("/curate/enter", data={"token": token})
    for answer, name, seconds in (
        (begun, "__Host-apprentice-sign-in", 600),
        (entered, "__Host-apprentice", 8 * 3600),
    ):
        cookie = SimpleCookie(answer.headers.get_list("set-cookie")[0])[name]
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "lax"
        assert cookie["path"] == "/"
        assert cookie["domain"] == ""
        assert int(cookie["max-age"]) == seconds
    back = query(begun.headers["location"])["redirect_uri"]
    assert back == "https://bot.example.com/curate/signed-in"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "null"}, 403),  # of a frame in a sandbox, say
        ({"Origin": "http://bot.example.com"}, 403),
        ({"Origin": "https://bot.example.com.evil.example.com"}, 403),
        ({"Origin": "https://bot.example.com"}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 303),
    ],
)
async def test_a_form_comes_from_our_own_origin(
    house: House, headers: dict[str, str], status: int
) -> None:
    token = house.link(CURATOR).partition("token=")[2]
    async with house.browser(**headers) as browser:
        answer = await browser.post("/curate/enter", data={"token": token})
        assert answer.status_code == status


async def test_refusals_speak_the_readers_language(house: House) -> None:
    async with house.browser(**{"Accept-Language": "ja-JP"}) as browser:
        for path, refusal in (
            ("/curate", JA.sign_in_first),
            ("/curate/none", JA.no_page),
            ("/curate/enter?token=x", JA.link_used),
            ("/curate/enter", JA.not_understood),
        ):
            page = (await browser.get(path)).text
            assert refusal.title in page
            assert refusal.advice in page


async def test_a_database_that_is_away_is_said_in_a_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, with nothing of the exception; a surprise is a 500 of the same kind."""
    cookie = await session(house)
    for error, status, refusal in (
        (RedisAway("redis://user:pass@secret-host is away"), 503, EN.away),
        (RuntimeError("a secret surprise"), 500, EN.broken),
    ):

        async def raises(*_: object, error: Exception = error) -> None:
            raise error

        with monkeypatch.context() as patched:
            patched.setattr(
                "bot.adapters.redis.sessions.RedisSessions.visitor"
                if status == 500
                else "redis.asyncio.Redis.get",
                raises,
            )
            async with house.browser() as browser:
                answer = await browser.get("/curate", headers={"Cookie": cookie})
        assert answer.status_code == status
        assert refusal.title in answer.text
        assert "secret" not in answer.text
        guarded(answer)


async def test_the_log_names_the_route_and_no_long_path(house: House) -> None:
    """Anybody may ask for whatever they like, and each line is searched for secrets."""
    form = {"form_token": "x", "seen": "x"}
    with structlog.testing.capture_logs() as logged:
        async with house.browser() as browser:
            answer = await browser.post(f"/curate/review/{'x' * 900}/approve", data=form)
            assert answer.status_code == 403
            for path in ("/curate/review/{}/approve", "/curate/{}"):
                answer = await browser.post(path.format("x" * 2000), data=form)
                assert answer.status_code == 414
    [refused] = [line for line in logged if line["event"] == "page_refused"]
    assert refused["path"] == "/curate/review/{example_id}/{act}"


async def test_no_answer_leads_elsewhere(house: House) -> None:
    """Whatever the address carries: but for Slack's own page there is no redirect to another host."""
    async with house.browser() as browser:
        for path in (
            "/curate?next=https://evil.example.com",
            "/curate/sign-in?next=//evil.example.com&redirect_uri=https://evil.example.com",
            "/curate/signed-in?code=x&state=y&next=https://evil.example.com",
            "//evil.example.com/curate",
            "/curate//evil.example.com",
            "/curate/%2F%2Fevil.example.com/",
        ):
            answer = await browser.get(f"{house.url}{path}")
            led = answer.headers.get("location", "/")
            assert led.startswith(("/", house.url, house.slack_url)), (path, led)
            assert not led.startswith("//"), (path, led)
            assert "evil" not in led.partition("?")[0] or led.startswith(house.url)


def test_nothing_in_a_template_runs_or_skips_escaping() -> None:
    from bot.web.rendering import HERE

    for file in (HERE / "templates").rglob("*.html"):
        text = file.read_text()
        text = re.sub(r'<script src="/curate/static/[\w./-]+" defer></script>', "", text)
        assert not re.search(r"<script|\son\w+=|style=|javascript:|\|\s*safe|autoescape", text), (
            file
        )


def test_the_routes_say_what_they_answer(house: House) -> None:
    """For whoever tests them from their OpenAPI document."""
    house.service.app.state.unfold()
    paths = {
        path: operations
        for path, operations in house.service.app.openapi()["paths"].items()
        if path.startswith("/curate")
    }
    assert len(paths) > 6
    for operations in paths.values():
        for operation in operations.values():
            responses = operation["responses"]
            assert {"422", "500", "503"} <= set(responses)
            for status in set(responses) - {"303"}:
                if "content" in responses[status]:
                    assert "application/json" not in responses[status]["content"], operation
