"""Why a decision was not carried out, in the reader's language."""

from bot.texts import Texts
from finetune import FinetuneError, RunRefused


def refusal(error: FinetuneError, said: Texts) -> str:
    """One or two sentences; reasons that have none in `texts` are told as they are."""
    why = error.why if isinstance(error, RunRefused) else ""
    known = getattr(said.retrain, f"refused_{why}", "") if why else ""
    return known.format(**error.facts) if isinstance(error, RunRefused) and known else str(error)
