"""Who decides what `finetune prepare` does about a finding: a person at a terminal, or options."""

from typing import NamedTuple

import typer
from rich.markup import escape

from finetune.commands.confirming import confirmed
from finetune.commands.output import Output
from finetune.errors import InputError
from finetune.prepare.findings import CHOOSABLE, KINDS, SHOWN_ROWS, Finding
from finetune.prepare.preparing import Choices


class Said(NamedTuple):
    """The options decided beforehand: apply `only` these, or all without `skip`."""

    only: frozenset[str] | None
    skip: frozenset[str]

    def expects(self, code: str) -> bool:
        """Before it is found: what is named, and what is usual; the rest costs a second look."""
        if self.only is not None:
            return code in self.only
        return bool(KINDS[code].default) and code not in self.skip

    def decide(self, finding: Finding) -> bool:
        """Whether to apply the remedy."""
        if self.only is not None:
            return finding.code in self.only
        return finding.code not in self.skip


class Asked(NamedTuple):
    """A person answers, on stderr, so that stdout holds the result alone."""

    output: Output

    def expects(self, code: str) -> bool:
        """Until it is answered, what Enter would say."""
        return bool(KINDS[code].default)

    def decide(self, finding: Finding) -> bool:
        """Show the finding and ask."""
        console = self.output.remarks
        what = escape(finding.detail or finding.title)
        console.print(f"[bold]{finding.code}[/] ({finding.count:,}): {what}", highlight=False)
        if finding.rows:
            more = " …" if finding.count > SHOWN_ROWS else ""
            rows = ", ".join(map(str, finding.rows[:SHOWN_ROWS]))
            console.print(f"  rows {rows}{more}", highlight=False, markup=False)
        if finding.example is not None:
            console.print(f"  row {finding.example.row}: {finding.example.before}", markup=False)
            after = finding.example.after
            console.print(
                f"  becomes {after}" if after is not None else "  is left out", markup=False
            )
        if finding.caution and not finding.default:
            console.print(f"  but {finding.caution}", markup=False)
        return confirmed(f"  {finding.remedy}?", default=finding.default)


class Refusing(NamedTuple):
    """Nobody is there to be asked, and nothing was said."""

    def expects(self, code: str) -> bool:
        """What would be proposed."""
        return bool(KINDS[code].default)

    def decide(self, finding: Finding) -> bool:
        """Raises InputError: nothing is decided for a person without being told to."""
        raise InputError(
            f"{finding.code} ({finding.count}): {finding.detail or finding.title}, and nobody to ask: "
            "add --yes to take all remedies, or choose with --only or --skip"
        )


class Unsplit(NamedTuple):
    """As another decides, but nothing is held back: the dataset splits by itself."""

    others: Choices

    def expects(self, code: str) -> bool:
        """As the other, but for the split."""
        return code != "split" and self.others.expects(code)

    def decide(self, finding: Finding) -> bool:
        """As the other, but for the split."""
        return finding.code != "split" and self.others.decide(finding)


def chosen(output: Output, *, yes: bool, only: str | None, skip: str | None, asks: bool) -> Choices:
    """Who decides. Raises typer.BadParameter for options that contradict or name no remedy."""
    if only is not None and skip is not None:
        raise typer.BadParameter("--only names all that is applied; leave --skip out")
    if yes or only is not None or skip is not None:
        named = None if only is None else _codes("--only", only)
        return Said(named, _codes("--skip", skip))
    return Asked(output) if asks else Refusing()


def _codes(option: str, given: str | None) -> frozenset[str]:
    codes = frozenset(code.strip() for code in (given or "").split(",") if code.strip())
    if unknown := sorted(codes - set(CHOOSABLE)):
        raise typer.BadParameter(
            f"{option}: no remedy is called {', '.join(unknown)}; there are {', '.join(CHOOSABLE)}"
        )
    return codes
