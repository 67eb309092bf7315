"""Which token comes next when chance or penalties have a say: OpenAI's temperature and its kin.

Log-probabilities come from the decoder, a token's number goes back. All randomness comes from the
seed, so the same seed draws the same answer.
"""

from collections.abc import Mapping

import numpy as np

from finetune.trainer.embedded.decode import Floats
from finetune.trainer.embedded.vocabulary import END
from finetune.trainer.engine import Sampling


def is_plain(sampling: Sampling) -> bool:
    """Whether the likeliest token is taken each time, so that nothing is left to draw."""
    penalised = sampling.presence_penalty or sampling.frequency_penalty
    return sampling.temperature == 0 and not penalised


class Dice:
    """Draws the tokens of one answer."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._chance = np.random.default_rng(sampling.seed)

    def draw(self, logs: Floats, said: Mapping[int, int]) -> int:
        """The next token; `said` counts the tokens of the answer so far."""
        asked = self._sampling
        scores = logs.astype(np.float64)
        scores[:END] = -np.inf  # padding and the prompt's marks are never said
        for token, times in said.items():
            scores[token] -= asked.presence_penalty + asked.frequency_penalty * times
        if asked.temperature == 0:
            return int(scores.argmax())
        with np.errstate(over="ignore"):  # a temperature may be next to nothing
            chances = np.exp((scores - scores.max()) / asked.temperature)
        chances /= chances.sum()
        order = np.argsort(-chances, kind="stable")
        within = np.cumsum(chances[order]) - chances[order] < asked.top_p
        kept = order[: max(int(within.sum()), 1)]
        return int(self._chance.choice(kept, p=chances[kept] / chances[kept].sum()))
