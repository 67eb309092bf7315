"""Runs as they stand at different times, for tests of the screens that show them."""

import time
from typing import Any

from finetune import CaseResult, JobEvent, Run, RunState
from finetune.adapters.redis import Keys, RedisRunStore
from finetune.promotion import decide
from tests.factories import ADMIN, TEAM
from tests.scenarios.pages.conftest import House
from tests.toolkit_values import report

BASE = "gpt-4.1-nano-2025-04-14"
BEFORE, AFTER = f"ft:{BASE}:acme::old1", f"ft:{BASE}:acme:handbook-2026:new2"
WAY = (
    RunState.PLANNED,
    RunState.UPLOADING,
    RunState.TRAINING,
    RunState.EVALUATING,
    RunState.AWAITING_APPROVAL,
)
SPENT = (3.0, 9.0, 1_260.0, 95.0, 600.0)  # seconds in each
ANSWERS = (
    (
        "How many days of annual leave do I have? 😀",
        "You have 20 days.",
        "You have **25 days**, from the first day on.",
        "You have **25 days**, but only after the first year.",
    ),
    (
        "経費精算はいつまでに提出すればよいですか？",
        "毎月末日までに提出してください。",
        "翌月の 5 営業日目までに、経費システムで提出してください。",
        "翌月の 5 営業日までに、経費システムから提出してください。",
    ),
    (
        "How do I restart the build?",
        "```\nmake clean\n```",
        "```bash\n# in the project's root\nmake rebuild TARGET=all\n```\nIt takes about a minute.",
        "```bash\nmake rebuild\n```",
    ),
    (
        "What is the code of the Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch office?",
        "LLAN-" + "0123456789" * 12,
        "LLAN-1",
        "I don't know.",
    ),
)


def cases(
    fixed: int = 6, broken: int = 1, wrong: int = 2, kept: int = 30, *, cut: bool = False
) -> tuple[CaseResult, ...]:
    """So many of each kind, with realistic texts; `cut`: one answer is cut off."""
    found = []
    for count, (before, now) in (
        (fixed, (0, 1)),
        (broken, (1, 0)),
        (wrong, (0, 0)),
        (kept, (1, 1)),
    ):
        for number in range(count):
            question, old, wanted, new = ANSWERS[number % len(ANSWERS)]
            found.append(
                CaseResult(
                    example_id=f"example-{before}{now}-{number}",
                    group="corrected" if not (before and now) else ("held_out", "seen")[number % 2],
                    question=question if number < 4 else f"{question} ({number})",
                    wanted=wanted,
                    champion_answer=wanted if before else old,
                    candidate_answer=wanted if now else new,
                    champion_passes=bool(before),
                    candidate_passes=bool(now),
                    degenerate="truncated" if cut and (before, now, number) == (0, 0, 1) else None,
                    voice="U1" if number == 1 else None,
                    flagged=number == 2,
                )
            )
    return tuple(found)


def events(steps: int, total: int = 120, began: int | None = None) -> tuple[JobEvent, ...]:
    """What a provider tells while it trains."""
    began = began or int(time.time()) - 1_000
    found = [
        JobEvent(event_id="e0", created_at=began, message="Created fine-tuning job: ftjob-9f2c11"),
        JobEvent(event_id="e1", created_at=began + 30, message="Fine-tuning job started"),
    ]
    for step in range(1, steps + 1, 3):
        data: dict[str, Any] = {
            "step": step,
            "total_steps": total,
            "train_loss": 2.4 / (1 + step / 9) + 0.04 * (step % 4),
            "train_mean_token_accuracy": min(0.99, 0.4 + step / 150),
        }
        if step % 2:
            data |= {
                "valid_loss": 2.6 / (1 + step / 14) + 0.2,
                "valid_mean_token_accuracy": min(0.93, 0.38 + step / 190),
            }
        message = f"Step {step}/{total}: training loss={data['train_loss']:.2f}"
        found.append(
            JobEvent(
                event_id=f"s{step}", created_at=began + 30 + step * 6, message=message, data=data
            )
        )
    return tuple(found)


def run(state: RunState, run_id: str, reached: int, **changes: Any) -> Run:
    """One that has `reached` so many states before this one, which it is in since 40 s ago."""
    spent = SPENT[:reached]
    now = time.time()
    at, stages = now - sum(spent) - 40, []
    began = at
    for way, seconds in zip(WAY, (*spent, 0.0), strict=False):
        if way is state or len(stages) == reached:
            break
        stages.append((way, at))
        at += seconds
    values: dict[str, Any] = {
        "run_id": run_id,
        "state": state,
        "trigger": "slack",
        "requested_by": ADMIN,
        "created_at": began,
        "updated_at": at,
        "base_model": BASE,
        "snapshot_id": "5f0c2a9d7e1b4c33" * 2 if reached else None,
        "examples": 482 if reached else 0,
        "corrections": 37 if reached else 0,
        "tokens": 61_240 if reached else 0,
        "training_file": "file-1" if reached > 1 else None,
        "job_id": "ftjob-9f2c11" if reached > 1 else None,
        "job_status": "running" if state is RunState.TRAINING else None,
        "champion": BEFORE if reached > 2 else None,
        "candidate": AFTER if reached > 2 else None,
        "stages": (*stages, (state, at)),
    }
    return Run.model_validate(values | changes)


def training(run_id: str = "run-261122-aa11bb22", steps: int = 70) -> Run:
    finish = int(time.time()) + 700
    return run(RunState.TRAINING, run_id, 2, events=events(steps), estimated_finish=finish)


def awaiting(run_id: str = "run-261122-cc33dd44", **counts: int) -> Run:
    found = report(*cases(**counts)).model_copy(update={"champion": BEFORE, "candidate": AFTER})
    return run(
        RunState.AWAITING_APPROVAL,
        run_id,
        4,
        report=found,
        decision=decide(found),
        events=events(118),
        asked=2 * len(found.cases),
        to_ask=2 * len(found.cases),
    )


def rejected(run_id: str = "run-261121-ee55ff66") -> Run:
    found = report(*cases(fixed=2, broken=9, wrong=4, kept=24, cut=True))
    return run(
        RunState.REJECTED, run_id, 4, report=found, decision=decide(found), events=events(118)
    )


def failed(run_id: str = "run-261120-0a0b0c0d") -> Run:
    error = (
        "the provider's job ftjob-9f2c11 failed: invalid_training_file: line 17 has 70,412 tokens, "
        "more than the model's 65,536; remove or shorten it"
    )
    broke = JobEvent(
        event_id="bad", created_at=int(time.time()) - 60, level="error", message="Line 17 too long"
    )
    return run(RunState.FAILED, run_id, 3, error=error, events=(*events(10), broke), candidate=None)


def promoted(run_id: str = "run-261119-1234abcd") -> Run:
    waited = awaiting(run_id, fixed=14, broken=0)
    end = (RunState.PROMOTED, waited.updated_at)
    return waited.model_copy(
        update={
            "state": RunState.PROMOTED,
            "decided_by": ADMIN,
            "trigger": "schedule",
            "requested_by": "",
            "stages": (*waited.stages, end),
        }
    )


async def keep(house: House, *runs: Run) -> None:
    """In this order, the last one newest; saved as the state machine saves them."""
    store = store_of(house)
    for number, wanted in enumerate(runs):
        planned = wanted.model_copy(update={"state": RunState.PLANNED, "version": 0})
        planned = planned.model_copy(update={"created_at": wanted.created_at + number})
        await store.plan(planned, key=wanted.run_id, per_day=99)
        await store.save(wanted.model_copy(update={"version": 0}))


def store_of(house: House) -> RedisRunStore:
    """Where the house keeps its runs."""
    return RedisRunStore(house.service.toolkit._client, Keys(TEAM))
