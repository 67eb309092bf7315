"""The report for people: a few short tables and a small picture, as lines of plain text."""

from collections import Counter
from collections.abc import Iterator

from finetune.check.distribution import Distribution
from finetune.check.report import Report

MOST_ERRORS = 20
BAR = 40


def shown(report: Report) -> Iterator[str]:
    """Line by line."""
    yield f"{report.file}: {report.examples:,} examples, {report.format}, {_size(report.bytes)}"
    yield from _errors(report)
    yield from _warnings(report)
    if report.examples:
        yield from _numbers(report)
        yield from _money(report)
    yield ""
    yield f"Next: {report.next_command}"


def _errors(report: Report) -> Iterator[str]:
    yield ""
    if not report.errors_total:
        yield "No errors."
        return
    yield f"Errors: {report.errors_total:,} in {report.error_lines:,} lines"
    for error in report.errors[:MOST_ERRORS]:
        yield f"  line {error.line:>7}  {error.code}: {error.message}"
    if report.errors_total > MOST_ERRORS:
        counts = Counter(error.code for error in report.errors)
        most = ", ".join(f"{code} {count:,}" for code, count in counts.most_common(5))
        yield f"  … and {report.errors_total - MOST_ERRORS:,} more (most often {most}; all: --json)"


def _warnings(report: Report) -> Iterator[str]:
    if report.warnings:
        yield ""
        yield "Warnings"
    for warning in report.warnings:
        lines = ", ".join(map(str, warning.lines[:5]))
        more = ", …" if warning.count > 5 else ""
        where = f" (lines {lines}{more})" if lines else ""
        count = f"≥ {warning.count:,}" if warning.at_least else f"{warning.count:,}"
        least = "at least so many: " if warning.at_least else ""
        yield f"  {count:>9}  {warning.code}: {least}{warning.message}{where}"


def _numbers(report: Report) -> Iterator[str]:
    yield ""
    yield f"{'per example':20}{'min':>8}{'p5':>9}{'median':>9}{'mean':>9}{'p95':>9}{'max':>9}{'total':>14}"
    rows: dict[str, Distribution] = {
        "messages": report.messages,
        "tokens": report.tokens,
        "assistant tokens": report.assistant_tokens,
    }
    for name, of in rows.items():
        yield (
            f"{name:20}{of.min:>8,}{of.p5:>9,.1f}{of.median:>9,.1f}{of.mean:>9,.1f}{of.p95:>9,.1f}"
            f"{of.max:>9,}{of.total:>14,}"
        )
    yield ""
    yield "tokens per example"
    bars = report.histograms["tokens"]
    most = max(count for _, _, count in bars)
    for low, high, count in bars:
        bar = "█" * max(round(BAR * count / most), 1 if count else 0)
        yield f"{low:>9,} - {high:<9,} {bar} {count:,}"
    yield ""
    shares = ", ".join(f"{name} {share:.0%}" for name, share in report.scripts.items())
    yield f"Scripts: {shares}. Tokens counted with {report.vocabulary}."


def _money(report: Report) -> Iterator[str]:
    yield ""
    yield f"Training {report.model}: {report.epochs} epochs, {report.billed_tokens:,} tokens billed"
    cost = report.training_cost
    if cost is None:
        yield "  cost: not known for this model; give the price of 1,000,000 tokens: --price 25/1M"
    else:
        yield f"  cost: {cost.amount:,.2f} {cost.currency} ({cost.source}, {cost.as_of})"
    replies = report.replies_cost
    if replies is not None:
        before, after = (
            _amount(each, replies.currency) for each in (replies.before, replies.after)
        )
        yield f"  1,000 replies like these: {before} from the base model, {after} from the tuned one"


def _amount(amount: float | None, currency: str) -> str:
    return "not known" if amount is None else f"{amount:,.4g} {currency}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{count:,} bytes"
