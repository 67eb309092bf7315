"""What people, models and channels are called and what they write is text on every page: it never runs.

The curation pages as a curator sees them, the sandbox's page as everyone does, the public page.
"""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.workspace import AIKO, CHANNELS, MEMBERS
from finetune import Example, Message, Source, Status
from tests.browser import acts
from tests.browser.bakery import HANDBOOK
from tests.browser.conftest import Bakery, Choices
from tests.browser.payloads import LEAK, LONG, PAYLOADS
from tests.factories import ASKER, CURATOR
from tests.fakes.workplace import until

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
MODEL = "<img src=x onerror=window.__xss=1>"
NAME = 'Aiko<script>window.__xss=1</script>" onmouseover="alert(1)'
RUNNING = """() => [...document.querySelectorAll('*')].flatMap(it => [
  ...(['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MATH', 'ANIMATE'].includes(it.tagName.toUpperCase()) ? [it.tagName] : []),
  ...(it.tagName === 'META' && it.httpEquiv ? ['META ' + it.httpEquiv] : []),
  ...[...it.attributes].filter(({name, value}) => name.startsWith('on')
    || (['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name)
        && /^[\\s\\0-\\x20]*(javascript|data:text|vbscript)/i.test(value))).map(({name}) => it.tagName + ' ' + name),
])"""


@dataclass
class Watched:
    """A page, and all that should not happen on it."""

    page: Page
    happened: list[str] = field(default_factory=list)

    async def ran(self) -> list[str]:
        """What happened, and what stands there ready to."""
        found = list(self.happened)
        if await self.page.evaluate("() => window.__xss"):
            found.append("a script ran")
        return found + list(await self.page.evaluate(RUNNING))


@asynccontextmanager
async def watched(bakery: Bakery, width: int = 1280) -> AsyncIterator[Watched]:
    """A browser of one's own, whose every complaint is kept."""
    context = await bakery.browser.new_context(viewport={"width": width, "height": 800})
    page = await context.new_page()
    seen = Watched(page)

    async def dialog(opened: object) -> None:
        seen.happened.append("a dialog opened")
        await opened.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", dialog)
    page.on("pageerror", lambda error: seen.happened.append(f"script: {error}"))
    page.on("request", lambda asked: seen.happened.append(asked.url) if LEAK in asked.url else None)
    page.on(
        "console",
        lambda line: seen.happened.append(line.text) if "Security Policy" in line.text else None,
    )
    yield seen
    await context.close()


@pytest.fixture
def choices() -> Choices:
    return {
        "SIGN_IN_CLIENT_ID": "12.34",
        "SIGN_IN_CLIENT_SECRET": "secret",
        "CHAT_MODEL": MODEL,
        "IMAGE_MODELS": "none",
    }


@pytest.fixture(autouse=True)
def badly_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Aiko has changed her name, and so has #handbook."""
    named = dataclasses.replace(AIKO, name=NAME, real_name=NAME, title=NAME)
    monkeypatch.setitem(MEMBERS, ASKER, named)
    monkeypatch.setitem(CHANNELS, HANDBOOK, f"handbook{MODEL}")


def planted(number: int, text: str) -> Example:
    """The payload in every part that a curator is shown."""
    said = (
        Message(role="user", content=f"Question {number}: {text}"),
        Message(role="assistant", content=f"Answer {number}: {text}"),
    )
    return Example(
        example_id=f"planted-{number}",
        messages=said,
        rejected=f"Before {number}: {text}",
        status=Status.PENDING,
        reason=f"Reason {number}: {text}",
        source=Source.CORRECTION,
        thread=f"thread-{number}",
        authors=(ASKER,),
        note=f"Note {number}: {text}",
        created_at=float(number),
        updated_at=float(number),
    )


async def sign_in(bakery: Bakery, page: Page) -> None:
    """Through the two buttons: ours, and one's name on Slack's page."""
    await page.goto(f"{bakery.service.settings.web_url}/curate")
    await page.get_by_role("link", name="Sign in with Slack").click()
    await page.get_by_role("link", name="Ben").click()
    await expect(page.get_by_role("link", name="Review", exact=False).first).to_be_visible()


def shown(text: str) -> str:
    """As a browser has it: without what HTML has no place for."""
    return " ".join(text.replace("\x00", "").split())


async def text_of(place: Locator) -> str:
    return " ".join((await place.text_content() or "").split())


async def test_a_curator_sees_every_payload_as_text(bakery: Bakery) -> None:
    for number, text in enumerate([*PAYLOADS.values(), LONG]):
        await bakery.workspace.dataset.submit(planted(number, text))
    async with watched(bakery) as seen:
        await sign_in(bakery, seen.page)
        assert await seen.ran() == []
        web_url = bakery.service.settings.web_url
        await seen.page.goto(f"{web_url}/curate/review")
        assert await seen.ran() == []
        for row in await bakery.workspace.dataset.pending(0, 100):
            await seen.page.goto(f"{web_url}/curate/review/{row.example_id}")
            assert await seen.ran() == []
            texts = await text_of(seen.page.locator("body"))
            for part in (row.question, row.answer, row.rejected, row.note):
                assert shown(part or "") in texts
        assert NAME in texts
        await seen.page.set_viewport_size({"width": 390, "height": 800})
        wide = "() => document.documentElement.scrollWidth - window.innerWidth"
        assert await seen.page.evaluate(wide) <= 0
        await seen.page.get_by_role("button", name="Approve").click()
        await expect(seen.page.get_by_text("Approved.")).to_be_visible()
        assert await seen.ran() == []
        await seen.page.get_by_role("button", name="Sign out").click()
        await expect(seen.page.get_by_role("link", name="Sign in with Slack")).to_be_visible()
        assert await seen.ran() == []


async def test_what_stands_in_an_address_is_text_too(bakery: Bakery) -> None:
    web_url = bakery.service.settings.web_url
    async with watched(bakery) as seen:
        for path in (
            "/curate/{}",
            "/curate/enter?token={}",
            "/curate/review/{}",
            "/curate/review?author={}",
            "/learn/{}",
        ):
            for text in ("<script>window.__xss=1</script>", "{{7*7}}", "%22onload=alert(1)"):
                await seen.page.goto(web_url + path.format(text))
                assert await seen.ran() == []
                assert "49" not in await text_of(seen.page.locator("body"))


async def test_slacks_page_shows_every_payload_as_text(bakery: Bakery) -> None:
    """As question, answer, correction, name of a person, a channel and a model."""
    people, some, channel = bakery.people, list(PAYLOADS.values()), HANDBOOK
    bakery.models.answer = lambda _model, _messages: "\n\n".join(some)
    for part in (some[:12], some[12:]):
        ts = await people.ask(ASKER, "@apprentice " + "\n".join(part), channel=channel)
        said = await people.answer(ts, channel=channel)
    await people.correct(ASKER, {**said, "channel": channel}, "\n".join(some))

    async def waits() -> bool:
        return bool(await bakery.workspace.dataset.pending())

    await until("the correction to wait", waits)
    async with watched(bakery) as seen:
        for user in (ASKER, CURATOR):
            address = f"{bakery.url}/sandbox?user={user}&channel={channel}&thread_ts={ts}"
            await seen.page.goto(address)
            await seen.page.wait_for_selector("body.ready")
            await expect(acts.answers(seen.page).first).to_contain_text("alert(1)")
            assert await seen.ran() == []
        await acts.open_home(seen.page)
        assert await seen.ran() == []
        await sign_in(bakery, seen.page)
        assert await seen.ran() == []
        assert "<script>window.__xss=1;alert(1)</script>" in await text_of(
            seen.page.locator("article")
        )
