"""App Home and the modals behind it: Slack takes them whatever stands in them."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.preferences import ChannelSettings, PersonSettings, Prompt, WorkspaceSettings
from bot.sandbox.blocks import check_view
from bot.slack.blocks.channel import channel_view, is_channel
from bot.slack.blocks.home import FIRST, MINE, QUEUE, Facts, Fate, Page, Queue, home_view
from bot.slack.blocks.review import Chosen, Waiting, edit_view, people
from bot.slack.blocks.standing import Standing
from bot.slack.blocks.workspace import workspace_view
from bot.texts import EN, JA, Texts
from finetune import Example, Retiring, Source, Status
from tests.factories import down
from tests.toolkit_values import correction, example

LONG = "<&> 語" * 3_000


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "champion": "base",
        "mine": (),
        "mine_total": 0,
        "person": PersonSettings(),
    }
    return Facts(**values | changes)


def waiting(number: int) -> Waiting:
    row = correction(f"c{number}", LONG, rejected=LONG[::-1], question=LONG, status=Status.PENDING)
    voices = tuple(down(f"U{n}0000", LONG).model_copy(update={"note": LONG}) for n in range(20))
    return Waiting(row, voices, LONG)


@pytest.mark.parametrize("said", [EN, JA])
def test_the_fullest_home_stays_within_slacks_limits(said: Texts) -> None:
    channels = {f"C{n:09}": ChannelSettings(model="m" * 200, language="ja") for n in range(40)}
    full = facts(
        champion="ft:" + "m" * 300,
        mine=[
            (correction(f"m{n}", LONG, question=LONG), Fate("m" * 300, 1.0)) for n in range(MINE)
        ],
        mine_total=99,
        page=Page(8, 3),
        queue=Queue([waiting(n) for n in range(QUEUE)], 99, "https://bot.example.com/x", LONG),
        standing=Standing(
            champion="m" * 300,
            since=1.0,
            counts=dict.fromkeys(Status, 10**9),
            next_run=2.0,
            runs=(),
            problems=[LONG] * 9,
            channels=channels,
        ),
    )
    view = home_view(full, said).to_dict()
    assert len(check_view(view, home=True)["blocks"]) <= 100


@pytest.mark.parametrize(
    ("before", "after"),
    [("犬は" * 1400, "猫は" * 1400), ("a👩‍👩‍👧‍👦b" * 900, "👩‍👩‍👧‍👦b👍🏽" * 900)],
)
def test_long_corrections_of_every_second_word_are_still_shown(before: str, after: str) -> None:
    rows = [
        correction(f"c{n}", after, rejected=before, question=after, status=Status.PENDING)
        for n in range(QUEUE)
    ]
    mine = [(row, None) for row in rows] * 2
    queue = Queue([Waiting(row) for row in rows], QUEUE, "https://bot.example.com/x")
    view = home_view(facts(queue=queue, mine=mine, mine_total=6), EN).to_dict()
    assert len(check_view(view, home=True)["blocks"]) <= 100


def test_what_is_too_large_for_a_view_is_shown_with_less_text() -> None:
    family = "\U0001f468" * 3_000
    rows = [
        correction(f"c{n}", family, rejected="x", question=family, status=Status.PENDING)
        for n in range(QUEUE)
    ]
    voices = tuple(down(f"U{n}0000", "y").model_copy(update={"note": family}) for n in range(8))
    queue = Queue([Waiting(r, voices, family) for r in rows], 3, "https://bot.example.com/x")
    view = home_view(facts(queue=queue, mine=[(r, None) for r in rows] * 2, mine_total=6), EN)
    assert len(json.dumps(check_view(view.to_dict(), home=True))) < 250_000
    assert sum(b.get("block_id", "").startswith("review-") for b in view.to_dict()["blocks"]) == 3


@pytest.mark.parametrize("said", [EN, JA])
def test_the_modals_are_taken_in_both_languages(said: Texts) -> None:
    settings = ChannelSettings(
        model="m", system_prompt="p" * 3000, language="en", changed_by="U1", changed_at=1.0
    )
    prompts = WorkspaceSettings(prompts=(Prompt(title="t" * 60, message="m" * 500),) * 4)
    row = correction("c1", "word " * 2_000, question=LONG)
    chosen = Chosen(row.example_id, row.look)
    for view in (
        channel_view("C0GENERAL1", settings, FIRST.written(), said.places),
        workspace_view(prompts, FIRST.written(), said.places),
        edit_view(row, chosen, FIRST.written(), said.home, said.feedback),
        edit_view(correction("c2", "x" * 99_000), chosen, "", said.home, said.feedback),
    ):
        check_view(view.to_dict())


REJECTED = {"status": Status.REJECTED}
RULED = {"approved": False, "at": 1.0}


@pytest.mark.parametrize(
    ("changes", "fate", "sentence"),
    [
        ({"status": Status.PENDING}, None, "Pending: a curator will decide."),
        ({"status": Status.PENDING, "reason": "conflicts with c2"}, None, "answered this diff"),
        ({}, None, "Approved: the next retraining learns it."),
        ({"edited_by": "U9"}, None, "Approved in a curator's words"),
        ({}, Fate("ft:1", 5.0), "Learnt by `ft:1`, live since <!date^5^"),
        ({}, Fate("ft:1", None), "Learnt by `ft:1`, which does not answer"),
        ({**REJECTED, "ruling": {**RULED, "by": "U9"}}, None, "Not taken."),
        ({**REJECTED, "ruling": {**RULED, "by": "U9", "reason": "a <b>"}}, None, "a &lt;b&gt;"),
        ({**REJECTED, "ruling": {**RULED, "by": "U9", "reason": "edited"}}, None, "Taken in a cur"),
        ({**REJECTED, "ruling": {**RULED, "by": "", "reason": "changed"}}, None, "Taken back."),
        ({**REJECTED, "reason": "superseded by c2"}, None, "Another answer to this question"),
    ],
)
def test_a_correction_says_what_became_of_it(
    changes: dict[str, Any], fate: Fate | None, sentence: str
) -> None:
    row = Example.model_validate(correction("c1").model_dump() | changes)
    assert sentence in str(home_view(facts(mine=[(row, fate)], mine_total=1), EN).to_dict())


def test_admins_are_warned_of_models_that_end_soon() -> None:
    ends = time.time() + 3 * 86_400
    standing = Standing("ft:1", None, dict.fromkeys(Status, 0), None, (), (), {})
    warned = replace(standing, retiring=[Retiring(model="ft:1", at=ends)])
    assert f"<!date^{int(ends)}" in str(home_view(facts(standing=warned), EN).to_dict())
    assert "<!date" not in str(home_view(facts(standing=standing), EN).to_dict())


def test_of_very_many_channels_the_rest_is_counted() -> None:
    channels = {f"C{n:09}": ChannelSettings(language="ja") for n in range(23)}
    counts = dict.fromkeys(Status, 0)
    standing = Standing(
        champion="m",
        since=1.0,
        counts=counts,
        next_run=2.0,
        runs=(),
        problems=[],
        channels=channels,
    )
    assert "and 3 more" in str(home_view(facts(standing=standing), EN).to_dict())


def test_foreign_text_in_home_mentions_nobody() -> None:
    row = correction("c1", "<!channel>", question="<@U1>", rejected="<!here>")
    shown = str(home_view(facts(mine=[(row, None)], mine_total=1), EN).to_dict())
    assert "<!channel>" not in shown
    assert "<@U1>" not in shown


def test_a_good_reply_is_shown_without_a_change() -> None:
    row = Waiting(example("e1", source=Source.THUMBS_UP, status=Status.PENDING))
    shown = str(home_view(facts(queue=Queue([row], 1, "https://x.example.com")), EN).to_dict())
    assert "marked as good" in shown
    assert "strike" not in shown


def test_authors_from_elsewhere_are_named_and_people_of_slack_linked() -> None:
    assert people(("U0ASKER001", "aiko <a>")) == "<@U0ASKER001>, aiko &lt;a&gt;"


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"mine": "x", "queue": 1}', "9" * 5000])
def test_a_page_that_cannot_be_read_is_the_first(written: str) -> None:
    assert Page.read(written) == FIRST


def test_a_page_is_read_as_it_was_written() -> None:
    assert Page.read(Page(8, 3).written()) == Page(8, 3)


@pytest.mark.parametrize(
    ("name", "channel"),
    [("C0GENERAL1", True), ("G0GROUP001", True), ("D0DIRECT01", False), ("", False), (None, False)],
)
def test_only_channels_have_settings(name: object, channel: bool) -> None:
    assert is_channel(name) is channel
