"""What may be said in a log, an error, a report: no secret of ours, and nothing that looks like one."""

from finetune.dataset.secrets import mask_secrets
from finetune.hiding import HIDDEN, without_own

LONGEST = 100_000  # characters of one text; nobody reads more of a log line
BEYOND = 1_000  # characters that are masked with it: a secret on the edge is known as a whole


def discreet(text: str) -> str:
    """`text` with placeholders for secrets, and without what goes on for ever."""
    return mask_secrets(without_own(text[: LONGEST + BEYOND]))[:LONGEST]


def discreet_value(name: str, value: str) -> str:
    """What stands under a name, which may be all that tells it for a secret: "authorization"."""
    said, before = discreet(f"{name}: {value}"), f"{name}: "
    return said.removeprefix(before) if said.startswith(before) else HIDDEN
