"""👍, 👎 and corrections by form, thread and reaction, as a person sees them."""

import pytest
from playwright.async_api import Page, expect

from bot.adapters.redis import RedisVerdicts
from tests.browser import acts
from tests.browser import bakery as known
from tests.browser.conftest import Bakery
from tests.factories import JAPANESE, TEAM
from tests.fakes.workplace import until

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
THANKS = "the next retraining will learn it"
WANTED = "What should the reply have been?"


async def test_a_bad_reply_is_corrected_in_a_form(bakery: Bakery, page: Page) -> None:
    """One click opens it with the reply in it; saving says what will happen next."""
    await bakery.talk()
    answer = await acts.answered(page, known.LEAVE)
    await acts.act_as(page, "Ben")
    await acts.down(answer).click()
    form = acts.dialog(page, "Correct this reply")
    words = form.get_by_role("textbox", name=WANTED)
    await expect(words).to_have_value(known.OLD_LEAVE)
    await words.fill(known.NEW_LEAVE)
    await form.get_by_label("What was wrong with it?").select_option("It is out of date")
    await form.get_by_label("A note for the curator").fill("See the new contract, page 4")
    await acts.take(page, "correction-modal")
    await words.fill(known.OLD_LEAVE)
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("That is what the reply says already.")
    await words.fill(known.NEW_LEAVE)
    await form.get_by_role("button", name="Save").click()
    await expect(acts.thread(page).get_by_text(THANKS)).to_be_visible()
    await expect(acts.down(answer)).to_have_attribute("aria-pressed", "true")
    await acts.take(page, "correction-thanks")


async def test_a_long_reply_is_corrected_in_several_fields(bakery: Bakery, page: Page) -> None:
    """Cut at paragraphs; all of them together are what is learnt."""
    bakery.models.queue(known.LONG_RULES)
    answer = await acts.answered(page, "What are the hygiene rules?")
    await acts.act_as(page, "Ben")
    await acts.down(answer).click()
    form = acts.dialog(page, "Correct this reply")
    await expect(form.get_by_role("textbox", name=WANTED)).to_have_count(2)
    last = form.get_by_role("textbox", name=WANTED).last
    await last.fill(await last.input_value() + "\n\nRule 61: ask when you are not sure.")
    await form.get_by_role("button", name="Save").click()
    await expect(acts.thread(page).get_by_text(THANKS)).to_be_visible()
    [example] = await bakery.workspace.dataset.approved()
    assert example.answer == f"{known.LONG_RULES}\n\nRule 61: ask when you are not sure."


async def test_a_reply_is_corrected_in_its_thread(bakery: Bakery, page: Page) -> None:
    """A message that begins with `correct:`; the channel's setting shows who corrected it."""
    await bakery.channel(show_corrections=True)
    answer = await acts.answered(page, known.BREAKDOWN)
    await acts.act_as(page, "Ben")
    await acts.reply(page, "correct: Call Sora Abe in maintenance, extension 318.")
    await expect(acts.thread(page).get_by_text(THANKS)).to_be_visible()
    shown = acts.answers(page).filter(has_text="Corrected by @Ben:")
    await expect(shown).to_contain_text("Sora Abe")
    await expect(answer).to_contain_text("Corrected by @Ben")
    await expect(acts.up(answer)).to_be_visible()
    await acts.take(page, "corrected-in-the-thread")


async def test_a_reaction_is_a_vote_and_can_be_taken_back(bakery: Bakery, page: Page) -> None:
    """👍 in any skin tone counts as the button does."""
    answer = await acts.answered(page, known.SICK)
    await acts.react(page, answer, "+1")

    async def votes(number: int) -> bool:
        ts = (await bakery.people.messages(known.HANDBOOK))[0]["ts"]
        kept = await RedisVerdicts(bakery.redis).of_reply(TEAM, f"{known.HANDBOOK}:{ts}")
        return len(kept) == number

    await until("the vote", lambda: votes(1))
    await answer.get_by_role("button", name="1 +1, You").click()
    await until("the vote to be taken back", lambda: votes(0))


async def test_a_japanese_colleague_is_spoken_to_in_japanese(bakery: Bakery) -> None:
    """The form, the thanks and App Home; the answer is the model's own."""
    async with bakery.opened(JAPANESE) as page:
        await acts.say(page, f"@apprentice {known.JAPANESE_LEAVE}")
        await page.get_by_role("button", name="view thread").click()
        answer = acts.answers(page).last
        await expect(answer.get_by_role("link", name="学習のしくみ")).to_be_visible()
        await answer.get_by_role("button", name="この回答を良くないと評価して訂正する").click()
        form = acts.dialog(page, "返信を訂正")
        await form.get_by_role("textbox", name="本来どう答えるべきでしたか？").fill(
            "有給休暇は年に **25 日** です（2026 年 1 月から）。入社初日から付与されます。"
        )
        await form.get_by_label("どこに問題がありましたか？").select_option("情報が古い")
        await acts.take(page, "japanese-modal")
        await form.get_by_role("button", name="保存").click()
        await expect(acts.thread(page).get_by_text("ありがとうございます")).to_be_visible()
        home = await acts.open_home(page)
        await expect(home.get_by_role("heading", name="あなたの訂正")).to_be_visible()
        await expect(home).to_contain_text("保留中: キュレーターが判断します。")
        await acts.take(page, "japanese-home")
