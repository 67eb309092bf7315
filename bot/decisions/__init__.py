"""What people decide: about examples, and about runs and the model that answers.

The one place for it, for Slack and the desk alike. The role is asked here, at the effect; the rules
are `finetune`'s, which also writes the audit log; a click that comes twice does nothing more.
"""

from bot.decisions.curating import MOST, Curating, Outcome, Verdict
from bot.decisions.own_models import OwnModels
from bot.decisions.sentences import refusal
from bot.decisions.steering import Places, RolledBack, Steering
from bot.decisions.who import Who, Workspace

__all__ = [
    "MOST",
    "Curating",
    "Outcome",
    "OwnModels",
    "Places",
    "RolledBack",
    "Steering",
    "Verdict",
    "Who",
    "Workspace",
    "refusal",
]
