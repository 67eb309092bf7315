"""Where not even the apology can be said, the turn is put aside, and its thread goes on."""

import pytest

from bot.chat import Chat
from bot.domain.aside import Piece
from bot.domain.records import TurnRecord
from bot.errors import SurfaceMistaken
from bot.tasks.queue import answer_key
from bot.tasks.trying import DEATHS, WORDS
from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def poison(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One question always fails, and so does every word about it; the tries that it had."""
    tries, reply = list[str](), Chat.reply

    async def fail(chat: Chat, known: TurnRecord) -> None:
        if "poison" in known.turn.text and not known.state.answered:
            tries.append(known.turn.text)
            raise KeyError(known.turn.text)
        await reply(chat, known)

    async def refuse(*_args: object) -> None:
        raise SurfaceMistaken("Slack: invalid_blocks")

    monkeypatch.setattr(Chat, "reply", fail)
    for word in ("give_up", "apologise", "apologise_there"):
        monkeypatch.setattr(Chat, word, refuse)
    return tries


async def test_an_apology_that_slack_refuses_keeps_nobody_waiting(
    hurried: None, office: Office, poison: list[str]
) -> None:
    thread = await office.people.ask(ASKER, "@apprentice poison?")
    await office.people.ask(ASKER, "and then?", thread=thread)
    await office.people.see("the next answer", lambda m: "base heard: and then?" in str(m))
    [entry] = await office.service.chance.aside.of(TEAM)
    assert entry.piece.arguments["turn_id"] == f"{CHANNEL}:{thread}"
    so_far = len(poison)
    await office.people.ask(ASKER, "and now?", thread=thread)
    await office.people.see("one more answer", lambda m: "base heard: and now?" in str(m))
    assert len(poison) == so_far


async def test_a_turn_whose_apology_kills_keeps_nobody_waiting(
    hurried: None, office: Office, poison: list[str]
) -> None:
    await office.people.ask(ASKER, "@apprentice poison?")
    [first] = await until("it to be put aside", lambda: office.service.chance.aside.of(TEAM))
    thread = str(first.piece.arguments["turn_id"]).rpartition(":")[2]
    await office.redis.hdel(f"apprentice:{{{TEAM}}}:turn:{CHANNEL}:{thread}", "answered")
    piece = Piece(kind="answer", team=TEAM, key=answer_key(TEAM, f"{CHANNEL}:{thread}"))
    for _ in range(DEATHS + WORDS):  # as many processes died of it
        await office.service.trying.tries.begin(piece)
    so_far = len(poison)
    await office.people.ask(ASKER, "and then?", thread=thread)
    await office.people.see("the next answer", lambda m: "base heard: and then?" in str(m))
    assert len(poison) == so_far
