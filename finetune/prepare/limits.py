"""How many tokens one training example may have, by base model (OpenAI's fine-tuning guide)."""

from typing import NamedTuple

_LIMITS = (  # the longest name that fits counts
    ("gpt-4.1", 65_536),
    ("gpt-4o", 65_536),
    ("o4-mini", 65_536),
    ("gpt-3.5-turbo-0613", 4_096),
    ("gpt-3.5-turbo", 16_385),
    ("babbage-002", 16_384),
    ("davinci-002", 16_384),
    ("ada", 2_048),
    ("babbage", 2_048),
    ("curie", 2_048),
    ("davinci", 2_048),
)
UNKNOWN = 65_536


class Limit(NamedTuple):
    """Tokens of one example, and whether that is known of the model."""

    tokens: int
    known: bool


def limit_of(model: str) -> Limit:
    """The limit of `model`; of an unknown model the usual one, marked as not known."""
    base = model.removeprefix("ft:").split(":")[0]
    fitting = [(len(name), tokens) for name, tokens in _LIMITS if base.startswith(name)]
    return Limit(max(fitting)[1], known=True) if fitting else Limit(UNKNOWN, known=False)
