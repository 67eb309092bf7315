"""The bot over a real Redis Cluster of three nodes: its workspaces lie apart, and it notices nothing."""

import asyncio
from functools import partial

import pytest

from bot.bootstrap.connecting import DOCKET
from bot.slack.blocks.reply import feedback_buttons
from tests.fakes.openai_account import Scripted
from tests.fakes.slack_payloads import Sender, block_actions, shown
from tests.fakes.workplace import until
from tests.scenarios.cluster.conftest import HILL, LAKE, MILL, SENDERS, Site

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


async def learnt(site: Site, sender: Sender) -> bool:
    counts = await site.kit.workspace(sender.team).dataset.counts()
    return sum(counts.values()) == 1


async def test_three_workspaces_on_three_nodes_are_answered_and_teach(site: Site) -> None:
    assert {site.nodes.of(f"{{{sender.team}}}") for sender in SENDERS} == {0, 1, 2}
    asked = [await site.delivered(sender, f"Where is {sender.channel}?") for sender in SENDERS]
    for sender, question in zip(SENDERS, asked, strict=True):
        text = f"heard: Where is {sender.channel}?"
        message = shown(sender, text) | {"ts": await site.answer(sender, text)}
        block_id = feedback_buttons(f"{sender.channel}:{question}").block_id
        action = {"action_id": "feedback", "block_id": block_id, "value": "up"}
        assert (await site.interaction(block_actions(sender, action, message))).status_code == 200
    for sender in SENDERS:
        await until("an example", partial(learnt, site, sender))
    assert await site.kit.workspaces() == sorted(sender.team for sender in SENDERS)


async def test_killed_while_it_waits_for_the_model_it_answers_once(site: Site) -> None:
    site.models.queue(Scripted("never said", gate=asyncio.Event()))
    await site.delivered(MILL, "How many days?")
    await until("the model to be asked", lambda: site.models.chats)
    await site.bot.kill()
    await site.bot.start()
    await site.answer(MILL, "heard: How many days?")
    assert len(site.answers(MILL, "")) == 1


async def test_killed_in_the_middle_of_an_answer_it_finishes_the_same_message(site: Site) -> None:
    """What it had shown it finds in Slack, and what it had noted on the node of the workspace."""
    site.models.queue(Scripted("a word, " * 60, gate=asyncio.Event(), gate_after=30))
    question = await site.delivered(LAKE, "How many days?")

    def begun() -> str:
        return "".join(each["ts"] for each in site.slack.thread(LAKE.team, question))

    first = await until("the answer to begin", begun)
    await site.bot.kill()
    await site.bot.start()
    assert await site.answer(LAKE, "heard: How many days?") == first
    [message] = site.slack.thread(LAKE.team, question)
    assert message["text"] == "base heard: How many days?"
    assert not message["streams"]


async def test_a_node_that_comes_back_goes_on_with_what_was_asked(site: Site) -> None:
    for sender in SENDERS:
        await site.delivered(sender, f"Before, in {sender.channel}?")
        await site.answer(sender, f"heard: Before, in {sender.channel}?")
    queue = site.nodes.all[site.nodes.of(f"{{{DOCKET}}}")]
    queue.kill()
    await asyncio.sleep(0.5)
    queue.start()
    for sender in SENDERS:
        await site.delivered(sender, f"After, in {sender.channel}?")
    for sender in SENDERS:
        await site.answer(sender, f"heard: After, in {sender.channel}?")


async def test_while_a_node_is_away_the_others_workspaces_are_answered(site: Site) -> None:
    away = site.nodes.all[site.nodes.of(f"{{{LAKE.team}}}")]
    await site.delivered(HILL, "Are you there?")  # docket shows its scripts to all nodes or to none
    await site.answer(HILL, "heard: Are you there?")
    away.kill()
    ready = await site.http.get("/readyz")
    assert ready.status_code == 503
    assert f"(node 127.0.0.1:{away.port})" in ready.text
    await site.delivered(HILL, "Still there?")
    await site.answer(HILL, "heard: Still there?")
    away.start()
    await site.delivered(LAKE, "And you?")
    await site.answer(LAKE, "heard: And you?")


async def test_a_workspace_that_moves_to_another_node_is_answered_there(site: Site) -> None:
    await site.delivered(HILL, "Where are you?")
    await site.answer(HILL, "heard: Where are you?")
    site.nodes.move(f"{{{HILL.team}}}", to=2)
    await site.delivered(HILL, "And now?")
    await site.answer(HILL, "heard: And now?")
