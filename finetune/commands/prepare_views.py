"""What `finetune prepare` says when it is done: a JSON document, or lines for a person."""

import shlex
from collections.abc import Iterator

from finetune.prepare.findings import SHOWN_ROWS, Finding, shown
from finetune.prepare.inputs import Inputs
from finetune.prepare.preparing import Options, Prepared
from finetune.prepare.proposals import separator_of, stop_of
from finetune.settings import Settings, load

LEGACY_MODEL = "babbage-002"
SHOWN_CLASSES = 20


def usual_model(*, legacy: bool) -> str:
    """The base model when none was named."""
    return LEGACY_MODEL if legacy else load(Settings).base_model


def document(prepared: Prepared, options: Options) -> dict[str, object]:
    """The keys that scripts rely on, and a few more."""
    form = prepared.form
    return {
        "rows_read": prepared.rows_read,
        "rows_written": prepared.rows_written,
        "left_out": prepared.left_out,
        "task": prepared.analysis.task,
        "classes": prepared.analysis.classes,
        "findings": [finding.document() for finding in prepared.findings],
        "not_applied": not_applied(prepared),
        "outputs": {role: str(path) for role, path in prepared.outputs.items()},
        "separator": _separator(prepared) if form.legacy else None,
        "stop": _stop(prepared) if form.legacy else None,
        "next_command": next_command(prepared, options),
    }


def not_applied(prepared: Prepared) -> list[str]:
    """Codes of the remedies that were proposed and not taken."""
    return [one.code for one in prepared.findings if one.remedy and not one.applied]


def next_command(prepared: Prepared, options: Options) -> str:
    """Ready to be pasted into a shell: what the rows to train on cost, and what is left to mend."""
    outputs = prepared.outputs
    path = str(outputs.get("train", outputs["all"]))
    words = ["finetune", "check", f"./{path}" if path.startswith("-") else path]
    return shlex.join([*words, "--model", options.model])


def summary(inputs: Inputs, prepared: Prepared, options: Options) -> Iterator[str]:
    """A receipt: what was read, found, done and written."""
    for one in inputs.inputs:
        how = "detected" if one.encoding_detected else "as given"
        encoding = f", {one.encoding} ({how})" if one.encoding else ""
        yield f"{one.path}: {one.kind}{encoding}"
    for finding in prepared.findings:
        yield from _told(finding)
    yield f"task: {prepared.analysis.task}"
    for label, rows in list(prepared.analysis.classes.items())[:SHOWN_CLASSES]:
        yield f"  {rows:>7,}  {shown(label)}"
    if len(prepared.analysis.classes) > SHOWN_CLASSES:
        yield f"  and {len(prepared.analysis.classes) - SHOWN_CLASSES} more"
    lost = "".join(f" + {count:,} {code}" for code, count in prepared.left_out.items())
    yield f"read {prepared.rows_read:,} = written {prepared.rows_written:,}{lost}"
    for role, path in prepared.outputs.items():
        yield f"{role}: {path}"
    if prepared.form.legacy:
        yield from _reminder(prepared)
    if left := not_applied(prepared):
        yield f"not taken: {', '.join(left)}"
    if cautious := [one.code for one in prepared.findings if one.applied and one.caution]:
        yield f"taken, and perhaps not wanted: to leave it out, add --skip {','.join(cautious)}"
    yield f"next: {next_command(prepared, options)}"


def _told(finding: Finding) -> Iterator[str]:
    done = f": {finding.remedy}" if finding.applied else ""
    left = " (not applied)" if not finding.applied and finding.remedy else ""
    if finding.applied and finding.caution:
        left = f" (but {finding.caution}; --skip {finding.code})"
    rows = ", ".join(map(str, finding.rows[:SHOWN_ROWS]))
    more = " …" if len(finding.rows) > SHOWN_ROWS else ""
    yield f"- {finding.code} ({finding.count:,}): {finding.detail or finding.title}{done}{left}"
    if rows:
        yield f"  rows {rows}{more}"
    if finding.example is not None:
        after = finding.example.after
        becomes = f" ⇒ {after}" if after is not None else ""
        yield f"  row {finding.example.row}: {finding.example.before}{becomes}"


def _reminder(prepared: Prepared) -> Iterator[str]:
    separator, stop = _separator(prepared), _stop(prepared)
    if separator:
        yield f"end every prompt with “{shown(separator)}” when you ask the model"
    if stop:
        yield f"and give it stop=[“{shown(stop)}”]"


def _separator(prepared: Prepared) -> str:
    return prepared.form.separator or separator_of(prepared.analysis)


def _stop(prepared: Prepared) -> str:
    if prepared.analysis.task != "conditional":  # a class is one token, a text ends by itself
        return ""
    return prepared.form.stop or stop_of(prepared.analysis)
