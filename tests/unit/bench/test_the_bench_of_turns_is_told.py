"""What the bench of turns found becomes tables, claims and a plot, with the peer and without it."""

from pathlib import Path
from typing import Any

import pytest

from bench.turns import combined
from bench.turns_runs import told

POINTS = {"p50": 4.0, "p99": 8.0}
FAST: dict[str, Any] = {
    **dict.fromkeys(told.TIMES, POINTS),
    **{f"{name}_curve": [1.0, 4.0, 8.0] for name in told.TIMES},
    "cpu_s": 10.0,
    "database_cpu_s": 2.0,
    "memory_mib": 100,
    "database_mib": 10,
    "slack_calls": 3.0,
    "world_share": 0.2,
    "load_share": 0.1,
    "load_late_ms": 3.0,
    "once": 500,
    "missing": 0,
    "doubled": 0,
    "mangled": 0,
    "besides": 0,
}
RATE = {"rate": 40, "limit": "answers come late"}


def found(**contenders: dict[str, Any]) -> dict[str, Any]:
    who = {name.replace("_", " "): parts for name, parts in contenders.items()}
    return {"repeats": 2, "agno": "3.1.10", "contenders": who}


def test_ratios_are_ours_to_each_other_in_the_same_run() -> None:
    limit = FAST | {"ack": {"p50": 2.0, "p99": 8.0}, "cpu_s": 6.0, "database_cpu_s": 0.0}
    text = told.markdown(found(ours={"fast": FAST}, raw_handler={"fast": limit}))
    assert "| Slack has its 200, p50, ms | 4 | 2 | 2.00 |" in text
    assert "| CPU for 1,000 turns, with the database, s | 12 | 6 | 2.00 |" in text
    assert "| 25 turns/s | 500 once | 500 once |" in text


def test_a_peer_that_answered_nothing_has_no_times_and_no_ratio() -> None:
    nothing = {name: {"p50": None, "p99": None} for name in told.TIMES}
    silent = (
        FAST | nothing | {f"{name}_curve": [] for name in told.TIMES} | {"once": 0, "missing": 500}
    )
    text = told.markdown(found(ours={"fast": FAST}, agno={"fast": silent}))
    assert "| Slack has its 200, p50, ms | 4 | none |  |" in text
    assert "500 missing" in text


NONE = dict.fromkeys(("missing", "doubled", "mangled", "besides", "refused"), 0)
TAKEN = "what was acknowledged is answered once"


@pytest.mark.parametrize("fate", ["missing", "doubled", "mangled", "besides"])
def test_whatever_else_became_of_an_acknowledged_question_breaks_the_claim(fate: str) -> None:
    killed = NONE | {"once": 98, fate: 2, "settled_s": 9.0}
    ours = {"fast": FAST, "killed": killed, "twice": FAST | {"once": 50}}
    claims = {claim.what: claim for claim in told.claims(found(ours=ours))}
    assert claims[f"every delivery twice: {TAKEN}"].met
    broken = claims[f"killed every 3 s: {TAKEN}"]
    assert (broken.met, broken.found) == (False, f"98 once, 2 {fate}")


def test_what_a_killed_bot_refused_is_told_beside_the_claim_and_else_breaks_it() -> None:
    ours = {"fast": FAST | {"refused": 1}, "killed": NONE | {"once": 98, "refused": 2}}
    claims = {claim.what: claim for claim in told.claims(found(ours=ours))}
    assert claims[f"killed every 3 s: {TAKEN}"].met
    refused = claims["killed every 3 s: refused, so given up by Slack"]
    assert (refused.found, refused.met) == ("2", None)
    assert not claims[f"25 turns/s: {TAKEN}"].met


def test_a_question_lost_in_one_round_of_three_is_not_lost_in_a_median() -> None:
    rounds = [{"fast": {"cpu_s": cpu, "missing": cpu - 1}} for cpu in (1, 1, 3)]
    slow_once = [rounds[0] | {"slow": {"cpu_s": 7}}, *rounds[1:]]
    together = combined(slow_once)
    assert together == {"fast": {"cpu_s": 1, "missing": 2}, "slow": {"cpu_s": 7}}


def test_of_what_the_bench_itself_was_late_the_worst_round_is_told() -> None:
    rounds = [{"fast": FAST | {"load_late_ms": late}} for late in (2.0, 90.0, 3.0)]
    text = told.markdown(found(ours=combined(rounds)))
    assert "no delivery was sent more than 90 ms behind its plan" in text


def test_claims_stand_beside_each_other_contender() -> None:
    other = {"fast": FAST, "highest": RATE | {"rate": 20}}
    claims = told.claims(found(ours={"fast": FAST, "highest": RATE}, agno=other, raw_handler=other))
    rates = [claim for claim in claims if claim.what == "highest rate of one process"]
    assert [(claim.peer, claim.ratio, claim.met) for claim in rates] == [
        ("agno 20", 2.0, True),
        ("raw handler 20", 2.0, True),
    ]


def test_without_the_part_at_a_steady_rate_nothing_is_claimed() -> None:
    assert told.claims(found(ours={"highest": RATE})) == []


def test_the_plot_is_the_same_for_the_same_figures(tmp_path: Path) -> None:
    pictures = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        told.draw(found(ours={"fast": FAST}), tmp_path / name)
        pictures.append((tmp_path / name / "turns.svg").read_bytes())
    assert pictures[0] == pictures[1]
