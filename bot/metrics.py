"""What a process counts about its own work, for Prometheus: answers, failures, deliveries.

Made once by `bootstrap` and handed to whoever has something to count; `health.py` adds what Redis
knows, the same in every process, when somebody asks. `docs/operate.md` says what each is good for.
"""

from enum import StrEnum

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)

# Seconds: from what nobody notices up to when most have gone away.
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)


class Part(StrEnum):
    """A stretch of the time that one answer takes."""

    TOTAL = "total"  # from the message's being sent to its answer's standing there whole
    FIRST_TEXT = "first_text"  # from the message's being sent to the first text in Slack
    WAITED = "waited"  # from the message's being sent to the start of work on it
    MODEL_BEGINS = "first_token"  # from the request to the model to the first thing it says
    MODEL = "model"  # that the model was waited for
    OURS = "ours"  # work on the answer less the model's part: database, Slack, and we


class Outcome(StrEnum):
    """How a turn ended."""

    MODEL = "model"  # the wished model answered
    FALLBACK = "fallback"
    STOPPED = "stopped"  # by the button
    SENTENCE = "sentence"  # of the bot itself: a greeting, a rule, nothing to ask
    APOLOGY = "apology"
    DROPPED = "dropped"  # Slack will never show it


class Metrics:
    """The instruments of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._seconds = Histogram(
            "apprentice_answer_seconds",
            "What an answer took, by part of it",
            ["part"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._answers = Counter(
            "apprentice_answers", "Turns that ended, by how", ["outcome"], registry=self.registry
        )
        self._failures = Counter(
            "apprentice_failures",
            "Tries that failed, by the work and the kind of error",
            ["work", "kind"],
            registry=self.registry,
        )
        self._deliveries = Counter(
            "apprentice_deliveries",
            "Requests to /slack/events by our status",
            ["status"],
            registry=self.registry,
        )
        self._redeliveries = Counter(
            "apprentice_redeliveries",
            "Deliveries that Slack repeated, by its reason",
            ["reason"],
            registry=self.registry,
        )
        self._duplicates = Counter(
            "apprentice_duplicates",
            "Deliveries of what had been taken over already",
            registry=self.registry,
        )
        self._kept_back = Counter(
            "apprentice_events_kept_back",
            "Minutes in which Slack kept events from us: a workspace had over 30,000 in an hour",
            registry=self.registry,
        )
        for part in Part:
            self._seconds.labels(part.value)
        for outcome in Outcome:
            self._answers.labels(outcome.value)

    def took(self, part: Part, seconds: float) -> None:
        """A part of an answer's time. Clocks differ: less than nothing counts as nothing."""
        self._seconds.labels(part.value).observe(max(0.0, seconds))

    def ended(self, outcome: Outcome) -> None:
        """A turn is over."""
        self._answers.labels(outcome.value).inc()

    def failed(self, work: str, error: BaseException) -> None:
        """One try of some work failed."""
        self._failures.labels(work, type(error).__name__).inc()

    def delivered(self, status: int, *, repeated: str | None = None) -> None:
        """Slack was answered. `repeated`: Slack's reason for sending it again, if it did."""
        self._deliveries.labels(str(status)).inc()
        if repeated is not None:
            self._redeliveries.labels(repeated if repeated in _REASONS else "other").inc()

    def kept_back(self) -> None:
        """Slack told us that it keeps events back."""
        self._kept_back.inc()

    def duplicate(self) -> None:
        """A delivery brought what we had."""
        self._duplicates.inc()


# Of `X-Slack-Retry-Reason`; what somebody else writes there makes no time series of its own.
_REASONS = frozenset(
    {
        "http_timeout",
        "http_error",
        "too_many_redirects",
        "connection_failed",
        "ssl_error",
        "unknown_error",
    }
)
