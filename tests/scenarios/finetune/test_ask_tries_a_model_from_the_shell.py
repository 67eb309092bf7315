"""`finetune ask`: one question, one answer, and what to do when a model cannot be asked so."""

import json

import pytest

from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import Finetune

pytestmark = pytest.mark.anyio


async def test_an_answer_is_printed_and_nothing_else(
    finetune: Finetune, openai_stub: OpenAIStub
) -> None:
    openai_stub.answer = lambda model, messages: "25 [days]."
    said = await (await finetune("ask", "--model", "m", "How many?", "--system", "Be brief.")).end()
    assert (said.code, said.out, said.err) == (0, "25 [days].\n", "")
    roles = [message["role"] for message in openai_stub.chats[0].messages]
    assert roles == ["system", "user"]


async def test_a_base_model_asked_as_chat_says_what_to_add(
    finetune: Finetune, openai_stub: OpenAIStub
) -> None:
    openai_stub.legacy_models = {"davinci-002"}
    said = await (await finetune("ask", "--model", "davinci-002", "How many?")).end()
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("finetune: davinci-002 is no chat model")
    assert said.err.endswith("add --legacy-completion\n")


async def test_a_legacy_model_gets_separator_and_stop_and_shows_its_tokens(
    finetune: Finetune, openai_stub: OpenAIStub
) -> None:
    openai_stub.legacy_models = {"ft-davinci"}
    openai_stub.answer = lambda model, messages: " hockey END"
    openai_stub.chances = lambda model, messages: {" hockey": 0.75, " baseball": 0.25}
    command = await finetune(
        "ask", "--model", "ft-davinci", "We won the cup", "--legacy-completion",
        "--max-tokens", "1", "--logprobs", "2",
    )  # fmt: skip
    said = await command.end()
    assert said.code == 0, said
    assert said.out.startswith("hockey")
    assert "' hockey' ←" in said.out
    assert "-1.3863" in said.out
    assert "25.00%" in said.out
    body = openai_stub.chats[0].body
    assert body["prompt"] == "We won the cup ->"
    assert (body["stop"], body["max_tokens"]) == ([" END"], 1)


async def test_one_document_with_log_probabilities(
    finetune: Finetune, openai_stub: OpenAIStub
) -> None:
    openai_stub.answer = lambda model, messages: "yes"
    openai_stub.chances = lambda model, messages: {"yes": 0.75, "no": 0.25}
    command = await finetune("ask", "--model", "m", "So?", "--logprobs", "2", "--json")
    found = json.loads((await command.end()).out)
    assert found["content"] == "yes"
    assert [rival["token"] for rival in found["logprobs"][0]["top"]] == ["yes", "no"]
