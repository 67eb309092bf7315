"""Whatever JSON an app sends, the Web API answers as Slack does: ok, or an error code; never a 5xx."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.app import create_app
from bot.sandbox.block_elements import IN_ACTIONS
from bot.sandbox.config import Config

TOKEN = {"Authorization": "Bearer xoxb-sandbox-bot"}
CHANNEL = "C0GENERAL1"
KINDS = [
    *("section", "context", "actions", "context_actions", "input", "image", "header", "rich_text"),
    *("markdown", "table", "divider", "feedback_buttons", "plain_text_input", "plain_text"),
    *("mrkdwn", "modal", "home", *sorted(IN_ACTIONS)),
]
FIELDS = [
    *("block_id", "text", "fields", "accessory", "elements", "element", "label", "rows", "options"),
    *("action_id", "value", "placeholder", "positive_button", "negative_button", "initial_option"),
    *("initial_options", "option_groups", "max_length", "initial_value", "image_url", "alt_text"),
    *("title", "submit", "blocks", "private_metadata", "callback_id", "external_id"),
]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 5)
    | st.floats()
    | st.text(st.characters(), max_size=3)
)
Parts = st.SearchStrategy[Any]


def part(inside: Parts) -> Parts:
    """Something like a block: a known type (as a rule), known fields, anything in them."""
    shape = st.dictionaries(st.sampled_from(FIELDS), inside, max_size=4)
    kind = st.sampled_from(KINDS) | inside
    return st.builds(lambda fields, type_: {**fields, "type": type_}, shape, kind)


ANYTHING = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=3) | part(inside), max_leaves=12
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    config = Config(
        "http://127.0.0.1:9", "secret", tmp_path_factory.mktemp("sandbox"), rate_limits=False
    )
    with TestClient(create_app(config), raise_server_exceptions=False) as opened:
        yield opened


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(value=st.lists(part(ANYTHING), min_size=1, max_size=2) | ANYTHING)
def test_any_json_as_blocks_or_view_is_answered(client: TestClient, value: Any) -> None:
    """Nested wrongly, of wrong types, with NaN or half a character in it."""
    calls = {
        "chat.postEphemeral": {"channel": CHANNEL, "user": "U0ASKER001", "blocks": value},
        "views.publish": {"user_id": "U0ASKER001", "view": {"type": "home", "blocks": value}},
        "views.open": {"trigger_id": "1", "view": value},
    }
    for method, body in calls.items():
        answer = client.post(f"/api/{method}", content=json.dumps(body), headers=JSON)
        assert answer.status_code == 200, (method, value)
    assert client.get("/sandbox/api/state?user=U0ASKER001").status_code == 200


JSON = {**TOKEN, "Content-Type": "application/json"}
FORM = {**TOKEN, "Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "block",
    [
        {"type": "context", "elements": ["a"]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": "no"},
        {
            "type": "context_actions",
            "elements": [{"type": "feedback_buttons", "positive_button": "x"}],
        },
        {"type": "divider", "block_id": 5},
        {"type": ["x"]},
        {"type": "actions", "elements": [{"type": "static_select", "options": ["a"]}]},
        {"type": "actions", "elements": ["a"]},
        {"type": "section", "fields": 5},
    ],
)
def test_a_malformed_part_is_an_invalid_block(client: TestClient, block: Any) -> None:
    """Not a crash."""
    body = {"channel": CHANNEL, "blocks": [block]}
    answer = client.post("/api/chat.postMessage", json=body, headers=TOKEN)
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_blocks")


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        (JSON, b"\xff", "invalid_json"),
        (JSON, b'{"text": NaN}', "invalid_json"),
        (JSON, b'{"text": "\\ud800"}', "invalid_json"),
        (JSON, b"[" * 100_000, "invalid_json"),
        (JSON, b"[]", "json_not_object"),
        (FORM, b"text=\xff", "invalid_form_data"),
    ],
)
def test_an_unreadable_body_is_refused(
    client: TestClient, headers: dict[str, str], body: bytes, error: str
) -> None:
    """Not UTF-8, not JSON, nothing that could be written again."""
    answer = client.post("/api/chat.postMessage", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (200, error)
