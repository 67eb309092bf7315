"""What may be said in a log, an error, a report: no secret of ours, and nothing that looks like one."""

from finetune.dataset.secrets import mask_secrets
from finetune.hiding import without_own

LONGEST = 100_000  # characters of one text; nobody reads more of a log line


def discreet(text: str) -> str:
    """`text` with placeholders for secrets, and without what goes on for ever."""
    return mask_secrets(without_own(text[:LONGEST]))
