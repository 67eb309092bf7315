"""The work of `finetune distill`: inputs, folder, teacher, report; and how it is told."""

import asyncio
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from finetune.bootstrap import asker
from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.distill.distill import distill, split
from finetune.distill.folder import Folder, held
from finetune.distill.inputs import Inputs, inputs
from finetune.distill.judge import Judge
from finetune.distill.limits import Limits
from finetune.distill.order import Order, text_or_file
from finetune.distill.outcome import Effort, Outcome
from finetune.distill.price import Prices, Running, prices
from finetune.distill.report import report
from finetune.errors import InputError, ProviderError
from finetune.settings import Settings, load

TOLD = 5  # rejected inputs; all of them are in the report
FEWEST = 10  # examples, below which providers refuse to train


async def work(
    order: Order,
    output_folder: Path,
    output: Output,
    price: str | None,
    limits: Limits,
    *,
    at_once: int,
    per_minute: float | None,
) -> int:
    """From the options to the files."""
    settings, plan = load(Settings), order.plan()
    rates = prices(order.teacher, order.judge, price)
    with (
        inputs(
            order.inputs, seed=order.seed, column=order.column, own_system=plan.system is None
        ) as found,
        held(output_folder) as folder,
    ):
        known = folder.order(order.written_down(found.key))
        if known is not None:
            output.remark(f"This was finished before; {output_folder} is as it was.")
            _tell(output, _priced(known, rates))
            return 0
        if folder.changed:
            output.remark(f"It goes on with another order: {', '.join(folder.changed)} differ.")
        _remark_on(found, order, output)
        running, outcomes = Running(rates), list[Outcome]()
        limits.usable(rates, running)
        with (
            _going_on(output, folder, order, outcomes),
            bar(output, running.line, order.wanted) as advance,
        ):

            def done(outcome: Outcome) -> None:
                running.add(outcome)
                outcomes.append(outcome)
                advance(outcome.accepted, running.line)
                if running.accepted < order.wanted:
                    limits.keep(running, rates, outcome)

            async with asker(
                settings, folder.calls, at_once=at_once, per_minute=per_minute
            ) as asking:
                judge = None
                if order.judge is not None:
                    judge = Judge(asking, order.judge, text_or_file(order.criteria) or "")
                outcomes[:] = await distill(
                    found, asking, plan, judge, wanted=order.wanted, done=done
                )
                paid_now = asking.calls
        document = _finished(order, outcomes, running, folder, rates, settings)
    output.remark(f"{paid_now} of the {document['calls']} calls were made now.")
    _tell(output, document)
    return 0


def _remark_on(found: Inputs, order: Order, output: Output) -> None:
    if order.system is not None and not Path(order.system[:1000]).suffix and _is_file(order.system):
        output.remark(f"The system prompt is what the file {order.system} holds.")
    if found.repeated:
        output.remark(f"{found.repeated} inputs repeat another one and are left out.")
    if found.empty:
        output.remark(f"{found.empty} inputs are empty and are left out.")
    if len(found) < order.wanted:
        output.remark(
            f"{len(found)} inputs are fewer than the {order.wanted} rows wanted "
            f"(--train {order.train} --test {order.test}): all of them are used."
        )


def _is_file(given: str) -> bool:
    return text_or_file(given) not in {given, None}


@contextmanager
def _going_on(
    output: Output, folder: Folder, order: Order, outcomes: list[Outcome]
) -> Iterator[None]:
    """Whatever ends the work early: what is paid for stays, and is said."""
    kept = f"every finished answer is kept in {folder.path}; the same command goes on from there"
    try:
        yield
    except asyncio.CancelledError:
        output.remark(f"Stopped: {kept}.")
        raise
    except ProviderError as error:
        raise type(error)(f"{error} ({kept})") from error
    except InputError as error:
        unfinished = folder.give_up(_report(order, outcomes))
        raise InputError(f"{error} (how it stands is in {unfinished}; {kept})") from None


def _report(order: Order, outcomes: list[Outcome]) -> dict[str, Any]:
    return report(
        outcomes,
        wanted=order.wanted,
        measure=order.rules.measure(order.teacher),
        unit=order.rules.unit,
    )


def _priced(document: dict[str, Any], rates: Prices) -> dict[str, Any]:
    """A finished report with what it cost, by a price that was not known then."""
    spent = [
        Effort(0, document["tokens"][whose]["prompt"], document["tokens"][whose]["completion"])
        for whose in ("teacher", "judge")
    ]
    return document | {"cost": document["cost"] or rates.cost(*spent)}


def _finished(
    order: Order,
    outcomes: list[Outcome],
    running: Running,
    folder: Folder,
    rates: Prices,
    settings: Settings,
) -> dict[str, Any]:
    document = _report(order, outcomes)
    train, test = split(outcomes, order.train, order.test)
    if not train:
        reason = document["rejected_inputs"][0]["reason"]
        raise InputError(
            f"none of {len(outcomes)} inputs was accepted; the first because: {reason} "
            f"Change the rules or the system prompt; all of them are in {folder.give_up(document)}"
        )
    outputs = {"train": str(folder.train)} | ({"test": str(folder.test)} if test else {})
    command = ["finetune", "train", outputs["train"]]
    command += ["--validation", outputs["test"]] if test else []
    document |= {
        "cost": rates.cost(running.teacher, running.judge),
        "train": len(train),
        "test": len(test),
        "outputs": outputs,
        "next_command": shlex.join([*command, "--model", settings.base_model]),
    }
    folder.finish(train, test, document)
    return document


def _tell(output: Output, document: dict[str, Any]) -> None:
    output.result(document, *_made(document), *_rejected(document))


def _made(document: dict[str, Any]) -> Iterator[str]:
    lengths, tokens, used = document["lengths"], document["tokens"], document["acceptance_rate"]
    yield f"Accepted  {document['accepted']} of {document['wanted']} wanted"
    yield f"Rejected  {document['rejected']} ({used:.0%} of the inputs used were accepted)"
    yield f"Calls     {document['calls']} ({document['calls_per_accepted']} for each row)"
    sent = sum(part["prompt"] for part in tokens.values())
    yield f"Tokens    {sent:,} sent, {sum(t['completion'] for t in tokens.values()):,} written"
    yield f"Cost      {_money(document['cost'])}"
    tries = (f"{count} in try {number}" for number, count in document["tries"].items())
    yield f"Tries     {', '.join(tries)}"
    figures = ", ".join(f"{name} {lengths[name]}" for name in lengths if name != "unit")
    yield f"Length    {figures} ({lengths['unit']})"


def _money(cost: dict[str, Any] | None) -> str:
    if cost is None:
        return "not known: give --price input=0.4,output=1.6"
    as_of = f" of {cost['as_of']}" if cost["as_of"] else ""
    return f"{cost['amount']:.4f} {cost['currency']} (prices: {cost['source']}{as_of})"


def _rejected(document: dict[str, Any]) -> Iterator[str]:
    for rejection in document["rejected_inputs"][:TOLD]:
        yield f"Rejected {rejection['input']}: {rejection['reason']}"
    for role, path in document["outputs"].items():
        yield f"Wrote {path}: {document[role]} rows"
    if document["train"] < FEWEST:
        yield f"Providers want at least {FEWEST} training rows."
    yield f"Next: {document['next_command']}"
