"""Stores of datasets, runs, answers and model versions in Redis 7.0 or later."""

from finetune.adapters.redis.answers import RedisAnswers
from finetune.adapters.redis.audit import RedisAuditLog
from finetune.adapters.redis.changes import RedisChanges
from finetune.adapters.redis.connection import (
    Keys,
    connect,
    nodes_of,
    ping,
    remove_workspace,
    workspaces,
)
from finetune.adapters.redis.dataset import RedisDatasetStore
from finetune.adapters.redis.registry import RedisRegistry
from finetune.adapters.redis.runs import RedisRunStore

__all__ = [
    "Keys",
    "RedisAnswers",
    "RedisAuditLog",
    "RedisChanges",
    "RedisDatasetStore",
    "RedisRegistry",
    "RedisRunStore",
    "connect",
    "nodes_of",
    "ping",
    "remove_workspace",
    "workspaces",
]
