"""From `/retrain` to a new model that answers, and what its teachers hear, as people see it."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from finetune import Source
from tests.browser import acts
from tests.browser import bakery as known
from tests.browser.conftest import Bakery, Choices
from tests.factories import ADMIN, ASKER, CURATOR, MANAGERS
from tests.fakes.openai_account import TuningJob
from tests.fakes.workplace import until
from tests.toolkit_values import example

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
STEPS = 120
IMPORTED = 30  # of the handbook


@pytest.fixture
def choices() -> Choices:
    return {"PROMOTION": "approve", "ADMIN_CHANNEL": MANAGERS, "RETRAIN_SCHEDULE": "0 3 * * 1"}


@pytest.fixture(autouse=True)
def sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What became of runs is looked for all the time."""
    monkeypatch.setattr("bot.tasks.registering.SWEEP", timedelta(seconds=0.2))


@pytest.fixture
async def managers(bakery: Bakery) -> AsyncIterator[Page]:
    """#managers as Chie sees it: the handbook is imported, Ben has corrected three answers."""
    bakery.models.poll = lambda job: None  # type: ignore[method-assign]  # as `trained` says
    for number, (question, answer) in enumerate([*known.handbook().items()][:IMPORTED]):
        row = example(f"import-{number}", answer, question=question, source=Source.IMPORT)
        await bakery.workspace.dataset.submit(row)
    people = bakery.people
    for question, answer in known.LEARNT.items():
        ts = await people.ask(ASKER, f"@apprentice {question}", channel=known.HANDBOOK)
        said = {**await people.answer(ts, channel=known.HANDBOOK), "channel": known.HANDBOOK}
        await people.correct(CURATOR, said, answer)
        example_id = f"reply-{known.HANDBOOK}:{ts}-{CURATOR}"
        await until("the correction", lambda: bakery.workspace.dataset.get(example_id))  # noqa: B023
    async with bakery.opened(ADMIN, MANAGERS) as page:
        yield page


async def started(bakery: Bakery, page: Page) -> tuple[Locator, TuningJob]:
    """The message about a run that was started by the form, and its job."""
    await acts.run(page, "/retrain", "managers")
    form = acts.dialog(page, "Retrain")
    await form.get_by_role("button", name="Start").click()
    await expect(form).to_be_hidden()
    await until("a fine-tuning job", lambda: bakery.models.jobs)
    return acts.messages(page).get_by_role("article", name="Apprentice"), bakery.models.job


def trained(job: TuningJob, steps: int) -> None:
    """So many steps, with losses that fall as such losses do."""
    done = max((e["data"]["step"] for e in job.events if e["data"]), default=0)
    for step in range(done + 2, steps + 1, 2):
        loss = 0.18 + 2.1 * 0.962**step + 0.06 * ((step * 7) % 5 - 2) / (1 + step / 40)
        held_out = {"valid_loss": round(loss + 0.16, 4)} if step % 10 == 0 else {}
        job.note(
            f"Step {step}/{STEPS}: training loss={loss:.2f}",
            step=step,
            total_steps=STEPS,
            train_loss=round(loss, 4),
            **held_out,
        )


async def waits(bakery: Bakery, message: Locator, job: TuningJob) -> None:
    """Train to the end; the new model waits for an admin."""
    trained(job, STEPS)
    bakery.models.finish(job.job_id, known.BETTER)
    await expect(message).to_contain_text("waits for an admin")


async def sure(page: Page, message: Locator, name: str) -> None:
    """Press a button of the run's message, and again in the window that asks."""
    await message.get_by_role("button", name=name, exact=True).click()
    await page.get_by_role("alertdialog").get_by_role("button", name=name, exact=True).click()


async def test_the_form_says_what_there_is_and_what_will_happen(managers: Page) -> None:
    """Counts, the check with its cost, base, method; a dry run sends nothing."""
    await acts.run(managers, "/retrain", "managers")
    form = acts.dialog(managers, "Retrain")
    await expect(form).to_contain_text("Approved examples")
    await expect(form).to_contain_text("The check found no errors.")
    await expect(form.get_by_label("Base model").first).to_be_visible()
    await acts.take(form, "retrain-modal", height=1400)


async def test_a_run_is_followed_in_one_message_until_an_admin_decides(
    bakery: Bakery, managers: Page
) -> None:
    """Queue, steps, the picture of the losses, the evaluation; held, then promoted."""
    message, job = await started(bakery, managers)
    trained(job, 76)
    await expect(message).to_contain_text(f"step 76 of {STEPS}")
    await acts.take(message, "run-training", height=1400)
    await waits(bakery, message, job)
    await expect(message.get_by_role("img", name="Loss by step")).to_be_visible()
    await expect(message).to_contain_text("3 of 3 answered right, 3 newly fixed")
    await acts.take(message, "run-message", height=1600)
    await sure(managers, message, "Hold")
    await expect(message).to_contain_text("on hold")
    await sure(managers, message, "Promote")
    await expect(message).to_contain_text("promoted: the new model answers now")
    await expect(message.get_by_role("button", name="Promote")).to_have_count(0)
    await managers.get_by_role("button", name="Channel handbook").click()
    answer = await acts.answered(managers, known.LEAVE)
    await expect(answer).to_contain_text("25 days")
    await acts.take(managers, "now-it-knows")
    home = await acts.open_home(managers)
    await expect(home).to_contain_text("promoted")
    await home.get_by_role("heading", name="For admins").evaluate("it => it.scrollIntoView()")
    await acts.take(managers, "app-home-admin")


async def test_a_model_that_an_admin_rejects_never_answers(bakery: Bakery, managers: Page) -> None:
    """The model before stays."""
    message, job = await started(bakery, managers)
    await waits(bakery, message, job)
    await sure(managers, message, "Reject")
    await expect(message).to_contain_text("not promoted: the model before stays")
    await managers.get_by_role("button", name="Channel handbook").click()
    await expect(await acts.answered(managers, known.LEAVE)).to_contain_text("20 days")


async def test_who_taught_hears_what_was_learnt(bakery: Bakery, managers: Page) -> None:
    """One message with all of it, what the bot answers now, and 👍/👎 under each."""
    message, job = await started(bakery, managers)
    await waits(bakery, message, job)
    await sure(managers, message, "Promote")
    await acts.act_as(managers, "Ben")
    await managers.get_by_role("button", name="App Apprentice").click()
    news = acts.messages(managers).get_by_role("article", name="Apprentice")
    await expect(news).to_contain_text("I have learnt from you.")
    await expect(acts.up(news)).to_have_count(3)
    await acts.up(news).first.click()
    await expect(acts.up(news).first).to_have_attribute("aria-pressed", "true")
    await expect(acts.up(news).last).to_have_attribute("aria-pressed", "false")
    await acts.take(news, "news", height=1400)


async def test_an_admin_sets_how_the_bot_behaves_in_a_channel(bakery: Bakery) -> None:
    """`/retrain channel`: model, prompt, language, and whether it answers at all."""
    async with bakery.opened(ADMIN) as page:
        await acts.run(page, "/retrain channel")
        form = acts.dialog(page, "How I behave here")
        await form.get_by_label("System prompt").fill("Answer in one sentence, for the shop floor.")
        await form.get_by_role("radio", name="Show the corrected text in the thread").check()
        await acts.take(form, "channel-settings", height=1400)
        await form.get_by_role("button", name="Save").click()
        await expect(form).to_be_hidden()
        await acts.answered(page, known.SICK)
    assert "for the shop floor" in json.dumps(bakery.models.chats[-1].messages)
