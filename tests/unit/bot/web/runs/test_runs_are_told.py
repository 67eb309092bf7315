"""What the screen Runs derives from a run: its way, its questions, its sentences."""

from bot.texts.desk import reasons, runs
from bot.web.runs.groups import cases as page_of
from bot.web.runs.groups import counted, opening, sizes, tab_of
from bot.web.runs.reasons import told
from bot.web.runs.timeline import broke_at, lasted, timeline
from bot.web.runs.wording import People, Wording, plain
from finetune import RunState
from finetune.promotion import decide
from tests.run_values import awaiting, cases, failed, promoted, rejected, training
from tests.toolkit_values import case, report

WORDING = Wording(runs.EN, reasons.EN, People({}))


def kinds(run: object) -> list[str]:
    return [stage.kind for stage in timeline(run, 9e9)]  # type: ignore[arg-type]


def test_the_way_shows_what_is_done_under_way_and_to_come() -> None:
    run = training()
    stages = timeline(run, run.updated_at + 100)
    assert [stage.kind for stage in stages] == ["done", "done", "now", "todo", "todo", "todo"]
    assert [stage.seconds for stage in stages][:3] == [3.0, 9.0, 100.0]


def test_a_run_that_ended_early_left_the_rest_out() -> None:
    assert kinds(failed()) == ["done", "done", "bad", "skipped", "skipped", "bad"]
    assert kinds(rejected())[-2:] == ["skipped", "stopped"]
    assert kinds(promoted()) == ["done"] * 6
    assert broke_at(failed()) == "training"
    assert broke_at(promoted()) == ""


def test_waiting_counts_as_long_as_it_lasts() -> None:
    run = awaiting()
    assert lasted(run, run.created_at + 50) == 50
    ended = promoted()
    assert lasted(ended, 9e9) == ended.updated_at - ended.created_at


def test_every_question_is_in_one_tab() -> None:
    found = report(*cases(fixed=2, broken=3, wrong=4, kept=50))
    assert sizes(found, None) == {"fixed": 2, "broken": 3, "wrong": 4, "kept": 50}
    assert opening(sizes(found, None)) == "broken"
    assert opening(sizes(found, "seen")) == "kept"
    last = page_of(found, "kept", None, 99)
    assert (last.page, last.pages, last.first, len(last.shown)) == (3, 3, 41, 10)
    assert {tab_of(each) for each in last.shown} == {"kept"}
    assert [(line.group, line.asked) for line in counted(found, {})] == [
        ("corrected", 9),
        ("held_out", 25),
        ("seen", 25),
    ]


def test_every_reason_of_the_gate_has_its_sentence_in_both_languages() -> None:
    """Whoever gives the gate a new one comes by here."""
    fixed, broken = {"champion": False, "candidate": True}, {"champion": True, "candidate": False}
    both, none = {"champion": True, "candidate": True}, {"champion": False, "candidate": False}
    reports = [
        report(*cases()),
        report(*cases(fixed=12, broken=8)),
        report(*(case("corrected", **fixed) for _ in range(12))),
        report(case("corrected", **none, degenerate="empty")),
        report(case("corrected", **both), case("seen", **fixed)),
        report(case("corrected", **both)),
        report(case("held_out", **fixed)),
        report(*(case("held_out", **broken) for _ in range(11)), case("seen", **both)),
        report(*(case("corrected", **fixed, voice="U1") for _ in range(7))),
        report(case("corrected", **fixed, flagged=True)),
        report(
            case("corrected", **fixed),
            case("seen", **none, degenerate="refused").model_copy(
                update={"champion_degenerate": "refused"}
            ),
        ).model_copy(update={"champion_refusal": "content policy (violence)"}),
    ]
    given = {reason for each in reports for reason in decide(each).reasons}
    assert len(given) > 14
    for reason in given:
        assert told(reason, reasons.JA) != reason
        assert told(reason, reasons.EN) != reason
        assert "{" not in told(reason, reasons.JA)
    assert told("an older gate said so", reasons.JA) == "an older gate said so"


def test_a_span_is_said_in_two_units_at_most() -> None:
    assert [WORDING.span(s) for s in (0, 59, 60, 3_660, 90_000, 86_460)] == [
        "0 s",
        "59 s",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
        "1 d",
    ]


def test_how_a_run_stands_is_one_line() -> None:
    assert WORDING.line(awaiting()) == "6 fixed, 1 newly broken: an admin decides"
    assert WORDING.line(rejected()) == "Rejected by the gate: 2 fixed, 9 newly broken"
    assert WORDING.line(failed()).startswith("Failed: the provider's job")
    assert WORDING.line(training()) == ""
    cancelling = training().model_copy(update={"cancelled_by": "U1"})
    assert WORDING.badge(cancelling) == ("warn", "Being cancelled")
    assert WORDING.badge(awaiting().model_copy(update={"state": RunState.CANCELLED}))[0] == ""


def test_marks_of_slack_are_taken_off() -> None:
    assert plain(":warning: `run-1` has *not* ended") == "run-1 has not ended"
