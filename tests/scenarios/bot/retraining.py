"""Steps that the stories about retraining share."""

from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Office

RIGHT, WRONG = "25 days of leave.", "20 days of leave."


async def taught(office: Office) -> None:
    """A wrong answer that a curator has corrected; the fine-tuned model knows better."""
    office.models.answer = lambda model, _messages: WRONG if model == "base" else RIGHT
    ts = await office.people.ask(ASKER, "@apprentice How many days?")
    await office.people.correct(CURATOR, await office.people.answer(ts), RIGHT)

    async def approved() -> bool:
        return bool(await office.workspace.dataset.approved())

    await until("the correction to be approved", approved)


async def started(office: Office, **chosen: object) -> Json:
    """The modal, filled in and sent."""
    await office.people.command(ADMIN)
    view = await office.people.view(ADMIN)
    await office.people.submit(ADMIN, view, **chosen)
    return view


async def notice(office: Office, words: str) -> Json:
    """Wait until the message about the run says so."""

    async def said() -> Json | None:
        found = [m for m in await office.people.messages() if "Retraining" in m["text"]]
        assert len(found) <= 1, "one message about one run"
        return found[0] if found and words in str(found[0]) else None

    return await until(f"the run's message to say {words!r}", said)


def run_id(message: Json) -> str:
    """The run that the buttons of its message name."""
    return str(message["blocks"][-1]["elements"][0]["value"])
