"""What `finetune check`, and the provider after it, would refuse in a chat or DPO row."""

from finetune.prepare.record import Record


def fault_of(record: Record) -> str:
    """What to change in the row, in one sentence; "" when it can be trained on. Pairs always can."""
    if record.raw is None:
        return ""
    from finetune.check.codes import Finding
    from finetune.check.formats import format_of, row_findings

    kind = format_of(record.raw)
    if kind is None or kind == "completion":
        return ""
    found = row_findings(record.raw, kind)
    return next((Finding(record.row, *fault).message for fault in found), "")
