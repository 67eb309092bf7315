"""A person signs in to the trainer's page, trains a model there and sees what has changed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.trainer_page import (
    PHONE,
    WIDE,
    complaints,
    drawn,
    drop,
    navigate,
    opened,
    sideways,
    take,
)
from tests.scenarios.trainer.running_trainer import (
    BASE,
    KEY,
    OTHER_KEY,
    TAUGHT,
    Trainer,
    ended,
    pretrain,
    rows,
    running,
    upload,
)

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
CAPTAIN = "Who is the captain?"
MARKUP = "<img src=x onerror=window.__xss=1>"
MORI = TAUGHT | {CAPTAIN: "Captain Mori sails the ferry."}
VIEWS = ("jobs", "models", "files", "try", "new")


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    """One of its base's answers is markup."""
    data_dir = tmp_path_factory.mktemp("page")
    done = pretrain(data_dir, rows(TAUGHT | {"How is a picture shown?": MARKUP}))
    assert done.returncode == 0, done.stderr
    with running(data_dir) as server:
        yield server


@pytest.fixture(scope="module")
def root(trainer: Trainer) -> str:
    return trainer.url.removesuffix("/v1")


@pytest.fixture(scope="module")
def job_id(trainer: Trainer) -> str:
    """A job that has succeeded, and before it one that could not."""
    client = trainer.client()
    files = [upload(client, content) for content in (b'{"messages": 1}\n', rows(MORI))]
    bad, good = (
        client.fine_tuning.jobs.create(
            model=BASE, training_file=file, validation_file=files[1], suffix="winter-timetable"
        )
        for file in files
    )
    assert ended(client, bad.id).status == "failed"
    assert ended(client, good.id).status == "succeeded"
    return good.id


async def test_only_the_right_key_opens_it_and_the_tab_alone_keeps_it(
    browser: Browser, root: str
) -> None:
    async with opened(browser, root, key=None) as page:
        box = page.get_by_label("API key")
        await box.fill("wrong")
        await box.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("Incorrect API key provided.")
        await take(page, "sign-in")
        await box.fill(KEY)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
        assert KEY not in page.url
        assert await page.context.cookies() == []
        assert KEY not in await page.evaluate("JSON.stringify(localStorage)")
        await page.get_by_role("button", name="Sign out").click()
        await expect(box).to_be_visible()
        assert await page.evaluate("sessionStorage.length") == 0


async def test_a_model_is_trained_on_the_page_and_asked_beside_its_base(
    browser: Browser, root: str, tmp_path: Path
) -> None:
    file = tmp_path / "captains.jsonl"
    file.write_bytes(rows(MORI))
    async with opened(browser, root, "files") as page:
        await drawn(page)
        await drop(page, file)
        uploaded = page.locator("[data-file]", has_text="captains.jsonl")
        await uploaded.get_by_role("link", name="Train on it").click()
        await page.get_by_label("Name", exact=True).fill("captains")
        await page.get_by_role("button", name="Start training").click()
        await expect(page.get_by_text("The curve begins with the first step.")).to_be_visible()
        await expect(page.locator(".line.train path").first).to_be_visible(timeout=60_000)
        await expect(page.locator("h1 .status")).to_have_text("Succeeded", timeout=60_000)
        await page.get_by_role("link", name="Try it").first.click()
        await page.get_by_label("Question").fill(CAPTAIN)
        await page.get_by_role("button", name="Ask both").click()
        left, right = (
            page.get_by_role("region", name="Left"),
            page.get_by_role("region", name="Right"),
        )
        await expect(left.get_by_text(TAUGHT[CAPTAIN])).to_be_visible()
        await expect(right.get_by_text(MORI[CAPTAIN])).to_be_visible()
        # The mean, not the least: one doubtful token of a right answer must not alarm.
        shown = re.compile("Probability ([2-9][0-9]|100) % per token")
        await expect(right.get_by_text(shown)).to_be_visible()


async def test_an_answer_that_was_not_taught_has_no_probability_but_a_note(
    browser: Browser, root: str
) -> None:
    async with opened(browser, root, "try") as page:
        await page.get_by_label("Question").fill("Quantum chromodynamics, in which year?")
        await page.get_by_role("button", name="Ask both").click()
        await expect(page.get_by_text("Not sure enough to answer")).to_have_count(2)
        await expect(page.get_by_text("Probability")).to_have_count(0)


async def test_a_file_is_deleted_when_the_person_means_it(
    browser: Browser, root: str, trainer: Trainer
) -> None:
    trainer.client().files.create(file=("old.jsonl", rows(TAUGHT)), purpose="fine-tune")
    async with opened(browser, root, "files") as page:
        old = page.locator("[data-file]", has_text="old.jsonl")
        await old.get_by_role("button", name="Delete").click()
        await page.get_by_role("dialog").press("Escape")
        await expect(old).to_be_visible()
        await old.get_by_role("button", name="Delete").click()
        await page.get_by_role("dialog").get_by_role("button", name="Delete it").click()
        await expect(old).to_have_count(0)


async def test_an_empty_place_says_what_to_do_next(browser: Browser, root: str) -> None:
    async with opened(browser, root, key=OTHER_KEY, size=PHONE, locale="ja-JP") as page:
        await page.get_by_role("link", name="最初のジョブを始める").click()
        await expect(page.get_by_label("学習ファイル")).to_contain_text(
            "先にアップロードしてください"
        )
        for view in VIEWS:
            await page.goto(f"{root}/#/{view}")
            await drawn(page)
            assert await complaints(page) == []
            assert await sideways(page) <= 0


async def test_a_question_is_copied_as_a_program_without_the_key(
    browser: Browser, root: str
) -> None:
    async with opened(browser, root, "try") as page:
        await page.get_by_label("Question").fill('What\'s "it"?')
        for what, told in (("Python", "chat.completions.create("), ("curl", "Bearer $TRAINER_KEY")):
            await page.get_by_role("button", name=f"Copy as {what}").first.click()
            copied = await page.evaluate("navigator.clipboard.readText()")
            assert told in copied
            assert f"{root}/v1" in copied
            assert KEY not in copied


async def test_a_job_is_cancelled_when_the_person_means_it(
    browser: Browser, root: str, trainer: Trainer
) -> None:
    client = trainer.client()
    job = client.fine_tuning.jobs.create(model=BASE, training_file=upload(client, rows(TAUGHT)))
    client.fine_tuning.jobs.pause(job.id)
    async with opened(browser, root, f"jobs/{job.id}") as page:
        state = page.locator("h1 .status")
        await expect(state).to_have_text("Paused")
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("dialog").get_by_role("button", name="Keep as it is").click()
        await expect(state).to_have_text("Paused")
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_role("dialog").get_by_role("button", name="Cancel the job").click()
        await expect(state).to_have_text("Cancelled")
    assert client.fine_tuning.jobs.retrieve(job.id).status == "cancelled"


async def test_arrow_keys_read_the_curve(browser: Browser, root: str, job_id: str) -> None:
    async with opened(browser, root, f"jobs/{job_id}") as page:
        chart = page.get_by_role("img", name="Loss")
        await chart.focus()
        await chart.press("ArrowLeft")
        newest = await chart.get_attribute("aria-label")
        await chart.press("ArrowLeft")
        assert newest is not None
        assert "Training" in newest
        assert await chart.get_attribute("aria-label") != newest


async def test_a_refusal_is_one_line_with_the_servers_words(browser: Browser, root: str) -> None:
    async with opened(browser, root, "jobs/ftjob-of-nobody") as page:
        await expect(page.get_by_role("alert")).to_have_text(
            "That did not work: Could not find fine tune: ftjob-of-nobody"
        )


async def test_it_speaks_japanese_to_whom_the_browser_does_and_english_when_asked(
    browser: Browser, root: str, job_id: str
) -> None:
    async with opened(browser, root, "jobs", locale="ja-JP", scheme="dark") as page:
        await expect(page.get_by_role("heading", name="ジョブ")).to_be_visible()
        await page.goto(f"{root}/#/jobs/{job_id}")
        await expect(page.locator(".line.valid path")).not_to_have_count(0)
        assert await complaints(page) == []
        await take(page, "job-japanese-dark")
        await page.get_by_label("言語").select_option("English")
        await expect(page.get_by_role("heading", name="Checkpoints")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
async def test_every_view_fits_is_legible_and_names_its_controls(
    browser: Browser, root: str, job_id: str, scheme: str, size: tuple[int, int]
) -> None:
    name = f"{'phone' if size == PHONE else 'wide'}-{scheme}"
    async with opened(browser, root, size=size, scheme=scheme) as page:
        for view in (*VIEWS, f"jobs/{job_id}"):
            await page.goto(f"{root}/#/{view}")
            await drawn(page)
            if view == "try":
                await asked(page)
            assert await complaints(page) == []
            assert await sideways(page) <= 0
            if view not in {"files", "new"}:
                await take(page, f"{'job' if '/' in view else view}-{name}")
        await navigate(page, "Models").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Models", exact=True)).to_be_visible()


async def test_what_somebody_wrote_is_text_and_runs_nowhere(
    browser: Browser, root: str, trainer: Trainer, job_id: str
) -> None:
    client = trainer.client()
    name = f"{MARKUP}.jsonl"
    file = client.files.create(file=(name, f'{{"{MARKUP}": 1}}\n'.encode()), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(model=BASE, training_file=file.id)
    assert ended(client, job.id).status == "failed"
    async with opened(browser, root, "files") as page:
        await expect(page.locator("[data-file]", has_text=MARKUP)).to_be_visible()
        for view in (*VIEWS, f"jobs/{job.id}", f"try?left={MARKUP}&right={MARKUP}"):
            await page.goto(f"{root}/#/{view}")
            await drawn(page)
        await page.goto(f"{root}/#/try")
        await page.get_by_label("Question").fill("How is a picture shown?")
        await page.get_by_role("button", name="Ask both").click()
        await expect(page.get_by_text(MARKUP)).not_to_have_count(0)
        assert await page.locator("img[src=x]").count() == 0
        assert await page.evaluate("window.__xss") is None


async def asked(page: Page) -> None:
    await page.get_by_label("Question").fill(CAPTAIN)
    await page.get_by_label("Question").press("Enter")
    await expect(page.get_by_text("tokens in")).to_have_count(2)
