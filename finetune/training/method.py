"""How a model is trained: on answers to give, or on answers to prefer over others."""

from enum import StrEnum

# A handful of pairs wrecks a model: trained on five alone it learnt none of them and forgot nearly all
# it knew before. Twice the ten rows that providers ask for is our least; below it corrections are
# better learnt as answers.
LEAST_PAIRS = 20


class Method(StrEnum):
    """`supervised`: the approved answers; `dpo`: corrections, preferred to what they correct."""

    SUPERVISED = "supervised"
    DPO = "dpo"
