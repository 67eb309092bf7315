"""Second thoughts about a question, and files that come with one, as a person sees it."""

import pytest
from playwright.async_api import Page, expect

from tests.browser import acts
from tests.browser import bakery as known
from tests.browser.conftest import Bakery
from tests.browser.files import allergen_plan, loaves_sold, oven_picture

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def test_a_changed_question_is_offered_a_new_answer(page: Page) -> None:
    """Only the asker sees the offer; a click rewrites the answer in place."""
    answer = await acts.answered(page, known.OPENING)
    question = acts.messages(page).get_by_role("article", name="Aiko")
    await acts.choose(page, question, "Edit message")
    field = question.get_by_role("textbox", name="Edit message")
    await field.fill(f"@apprentice {known.SATURDAYS}")
    await field.press("Enter")
    again = page.get_by_role("button", name="Answer again")
    await expect(again).to_be_visible()
    await acts.take(page, "answer-again")
    await again.click()
    await expect(answer).to_contain_text("On Saturdays")
    await expect(acts.up(answer)).to_be_visible()
    await expect(answer).not_to_contain_text("On Sundays")


async def test_a_deleted_question_is_forgotten(bakery: Bakery, page: Page) -> None:
    """What the bot kept of it is gone: its answer takes no vote any more."""
    answer = await acts.answered(page, known.OPENING)
    await acts.choose(
        page, acts.messages(page).get_by_role("article", name="Aiko"), "Delete message"
    )
    sure = page.get_by_role("alertdialog")
    await sure.get_by_role("button", name="Delete", exact=True).click()
    await expect(acts.messages(page)).to_contain_text("This message was deleted.")
    await bakery.people.quiet()
    await acts.down(answer).click()
    await expect(page.get_by_role("dialog")).to_contain_text("I keep nothing of this conversation")


async def test_the_menu_of_an_answer_has_it_answered_again(bakery: Bakery, page: Page) -> None:
    """After an apology, say: the new answer stands in the same place."""
    bakery.models.fault("POST /v1/chat", status=400)
    apology = await acts.ask(page, known.SICK)
    await expect(apology).to_contain_text("Sorry, my model could not take this question.")
    await apology.hover()
    await apology.get_by_role("button", name="More actions").click()
    await acts.take(page, "try-again")
    await page.get_by_role("menuitem", name="Try again").click()
    await expect(acts.answers(page)).to_have_count(1)
    await expect(acts.answers(page)).to_contain_text("Message your shift lead")
    await expect(acts.up(acts.answers(page))).to_be_visible()


async def test_files_are_read_with_the_question(bakery: Bakery, page: Page) -> None:
    """A table, a PDF and a picture; what cannot be read is said under the answer."""
    chooser = page.get_by_label("Choose files").first
    await chooser.set_input_files(
        [
            {"name": "loaves-sold.csv", "mimeType": "text/csv", "buffer": loaves_sold()},
            {"name": "allergens.pdf", "mimeType": "application/pdf", "buffer": allergen_plan()},
        ]
    )
    answer = await acts.answered(page, "On which day did we sell the most loaves?")
    await expect(answer).to_contain_text("Saturday")
    sent = str(bakery.models.chats[-1].messages[-1])
    assert "Saturday,214" in sent
    assert "wheat, milk and eggs" in sent
    await acts.take(page, "files")

    await page.get_by_role("button", name="Close thread").click()
    await chooser.set_input_files(
        [
            {"name": "loaves.png", "mimeType": "image/png", "buffer": oven_picture()},
            {
                "name": "mixer.zip",
                "mimeType": "application/zip",
                "buffer": b"PK\x05\x06" + bytes(18),
            },
        ]
    )
    answer = await acts.answered(page, "What went wrong with these loaves?")
    await expect(answer).to_contain_text("over-proofed")
    await expect(answer).to_contain_text("mixer.zip")
