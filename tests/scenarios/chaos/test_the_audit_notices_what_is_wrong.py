"""An audit that could not fail would prove nothing: each fault is made once by hand, and found."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.sandbox.message_store import Message
from tests.chaos import plan
from tests.chaos.accepted import Accepted
from tests.chaos.audit_answers import Answers
from tests.chaos.load import Sent
from tests.chaos.plan import Script

SENT = {0: Sent("C1", "1.0", "1.0")}


def answer(ts: str, text: str, **changes: Any) -> Message:
    mark = {"event_type": "apprentice_reply", "event_payload": {"reply_id": "C1:1.0", "part": 0}}
    blocks = [{"type": "markdown", "text": text}]
    body = {"user": "U0APPRENTI", "text": text, "blocks": blocks, "metadata": mark, **changes}
    return Message("C1", ts, body, thread_ts="1.0")


def found(*messages: Message, streaming: bool = False) -> dict[str, int]:
    """Faults by promise, where these stand in the thread of one acknowledged question."""
    script: Script = plan.write(1, 20)
    slack = SimpleNamespace(of_bot=lambda _channel, _ts: list(messages))
    load: Any = SimpleNamespace(sent=SENT, slack=slack, script=script)
    models: Any = SimpleNamespace(meant={0: {"All of it."}}, whole={0: 1})
    accepted = Accepted(messages={("C1", "1.0"): 1.0})
    checks = Answers(load, models, accepted).checks()
    return {check.promise: len(check.broken) for check in checks if check.broken}


def test_one_whole_answer_is_well() -> None:
    assert found(answer("2.0", "All of it.")) == {}


@pytest.mark.parametrize(
    ("messages", "promise"),
    [
        pytest.param([], "no acknowledged turn is lost", id="lost"),
        pytest.param(
            [answer("2.0", "All of it."), answer("3.0", "All of it.")],
            "no turn is answered twice",
            id="doubled",
        ),
        pytest.param([answer("2.0", "All of")], "each answer is whole", id="cut"),
        pytest.param(
            [answer("2.0", "Sorry, my model does not answer at the moment.")],
            "each apology is justified",
            id="an apology although the model answered",
        ),
        pytest.param(
            [answer("2.0", "All of it."), answer("3.0", "All", metadata=None)],
            "no message is left half-written",
            id="half-written",
        ),
    ],
)
def test_each_fault_is_found(messages: list[Message], promise: str) -> None:
    assert promise in found(*messages)


def test_the_same_seed_writes_the_same_script() -> None:
    assert plan.write(7, 200) == plan.write(7, 200) != plan.write(8, 200)
