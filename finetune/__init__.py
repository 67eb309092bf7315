"""The companion toolkit: a curated dataset, retraining, evaluation, promotion. Never imports `bot`.

These names are its public face, with `finetune.bootstrap` for the wiring. Importing them loads no
model library, no plotting and no vocabulary.
"""

from finetune.audit import Action, AuditLog, Entry, Recorded
from finetune.dataset.agreement import Agreement, Decider, People, Teacher
from finetune.dataset.comparing import Change, Comparison, compared_rows
from finetune.dataset.dataset import Dataset
from finetune.dataset.discreet import discreet, discreet_value
from finetune.dataset.disk import data_dir_problems
from finetune.dataset.example import (
    Example,
    Flag,
    Frozen,
    Message,
    Source,
    Status,
    Suspicion,
    digest,
    normalise,
)
from finetune.dataset.frozen_rows import FrozenRows, SnapshotTotals
from finetune.dataset.nearest import Alike, nearest
from finetune.dataset.redact import redact
from finetune.dataset.search import (
    Facets,
    Grown,
    Near,
    Page,
    Progress,
    Query,
    SearchIndex,
    channel_of,
)
from finetune.dataset.secrets import mask_secrets
from finetune.dataset.snapshot import Snapshots
from finetune.dataset.store import Place
from finetune.dataset.tokens import count_text, count_tokens, tokens_at_most
from finetune.errors import (
    DiskUnavailable,
    FinetuneError,
    InputError,
    NotFound,
    Overtaken,
    ProviderError,
    ProviderUnavailable,
    RunRefused,
    StoreUnavailable,
)
from finetune.evaluation.report import CaseResult, Decision, Report, Verdict
from finetune.exchange.bringing import Brought, bring_in
from finetune.exchange.exporting import exported, previewed
from finetune.exchange.formats import Format, has_pyarrow
from finetune.exchange.look import Look, Order
from finetune.exchange.parting import look_at
from finetune.exchange.selection import selected
from finetune.exchange.uploads import Upload, Uploads
from finetune.prepare.encodings import decoded
from finetune.prepare.findings import Finding
from finetune.registry import ModelVersion, Registry
from finetune.settings import Settings, load, split_commas
from finetune.training.checked import CheckedFile, checked_file
from finetune.training.costing import estimated_cost
from finetune.training.method import LEAST_PAIRS, Method
from finetune.training.preview import Preview
from finetune.training.rehearsal import Rehearsal
from finetune.training.retiring import KnownShutdowns, Retiring, retiring
from finetune.training.run import Glance, JobEvent, Run, RunState
from finetune.training.runs import Runs
from finetune.training.taught import Taught, taught
from finetune.training.used import Used, used_snapshots

__all__ = [
    "LEAST_PAIRS",
    "Action",
    "Agreement",
    "Alike",
    "AuditLog",
    "Brought",
    "CaseResult",
    "Change",
    "CheckedFile",
    "Comparison",
    "Dataset",
    "Decider",
    "Decision",
    "DiskUnavailable",
    "Entry",
    "Example",
    "Facets",
    "Finding",
    "FinetuneError",
    "Flag",
    "Format",
    "Frozen",
    "FrozenRows",
    "Glance",
    "Grown",
    "InputError",
    "JobEvent",
    "KnownShutdowns",
    "Look",
    "Message",
    "Method",
    "ModelVersion",
    "Near",
    "NotFound",
    "Order",
    "Overtaken",
    "Page",
    "People",
    "Place",
    "Preview",
    "Progress",
    "ProviderError",
    "ProviderUnavailable",
    "Query",
    "Recorded",
    "Registry",
    "Rehearsal",
    "Report",
    "Retiring",
    "Run",
    "RunRefused",
    "RunState",
    "Runs",
    "SearchIndex",
    "Settings",
    "SnapshotTotals",
    "Snapshots",
    "Source",
    "Status",
    "StoreUnavailable",
    "Suspicion",
    "Taught",
    "Teacher",
    "Upload",
    "Uploads",
    "Used",
    "Verdict",
    "bring_in",
    "channel_of",
    "checked_file",
    "compared_rows",
    "count_text",
    "count_tokens",
    "data_dir_problems",
    "decoded",
    "digest",
    "discreet",
    "discreet_value",
    "estimated_cost",
    "exported",
    "has_pyarrow",
    "load",
    "look_at",
    "mask_secrets",
    "nearest",
    "normalise",
    "previewed",
    "redact",
    "retiring",
    "selected",
    "split_commas",
    "taught",
    "tokens_at_most",
    "used_snapshots",
]
