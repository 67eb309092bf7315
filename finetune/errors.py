"""The error tree of `finetune`. Every message is one line a person can act on; causes go to the log.

FinetuneError
├── InputError          a file or an argument cannot be used
├── ProviderError       the fine-tuning provider said no, or could not be reached
│   ├── ProviderUnavailable  … but asking again later may help
│   └── QuestionRefused      … but only to this question
│       └── ModelMissing     … because it does not have the model, or not yet
├── RunRefused          a run may not start or change state now
├── NotFound            an id names nothing
├── Overtaken           somebody else decided or changed it since it was looked at
├── SourceUnavailable   another system that examples come from could not be reached, or failed
└── StoreUnavailable    Redis could not be reached or refused to write
    └── DiskUnavailable    … or DATA_DIR: full, read-only

To add one: derive from the nearest parent and say when it is raised.
"""


class FinetuneError(Exception):
    """Raised when `finetune` cannot do what was asked; the message says why and what to do next."""


class InputError(FinetuneError):
    """Raised when a file, an option or a value given by the user cannot be used."""


class ProviderError(FinetuneError):
    """Raised when the provider refuses a request for good (4xx, unknown model, bad file)."""


class ProviderUnavailable(ProviderError):
    """Raised when the provider cannot be reached or answers 429/5xx after the SDK's retries."""

    retry_after: float | None = None  # seconds that the provider asks to wait, where it says so


class QuestionRefused(ProviderError):
    """Raised when a model will not answer one question: filtered, too long."""


class ModelMissing(QuestionRefused):
    """Raised when the provider has no such model: retired, or not served yet after its job."""


class RunRefused(FinetuneError):
    """Raised when a run may not start, or may not take the asked step in its present state.

    `why` names the frequent reasons, and `facts` what belongs to them, for other languages.
    """

    def __init__(self, message: str, why: str = "", **facts: str | int) -> None:
        super().__init__(message)
        self.why = why
        self.facts = facts


class NotFound(FinetuneError):
    """Raised when an id (example, run, model, job) names nothing in this workspace."""


class Overtaken(FinetuneError):
    """Raised when a decision is about an example that has been decided or changed meanwhile."""


class StoreUnavailable(FinetuneError):
    """Raised when Redis cannot be reached, is loading, is full or is read-only."""


class DiskUnavailable(StoreUnavailable):
    """Raised when nothing can be written to DATA_DIR, or read from it, as long as it is so."""


class SourceUnavailable(FinetuneError):
    """Raised when a system that examples are imported from fails after its retries."""
