"""The bot's stores in Redis, one per port; wired by `bootstrap`."""

from bot.adapters.redis.installations import RedisInstallations
from bot.adapters.redis.notices import RedisNotices, RedisSchedule
from bot.adapters.redis.preferences import RedisPreferences
from bot.adapters.redis.queue import RedisQueue
from bot.adapters.redis.quota import RedisQuota
from bot.adapters.redis.server import RedisServer
from bot.adapters.redis.told import RedisTold
from bot.adapters.redis.turns import RedisTurns
from bot.adapters.redis.verdicts import RedisDeliveries, RedisVerdicts

__all__ = [
    "RedisDeliveries",
    "RedisInstallations",
    "RedisNotices",
    "RedisPreferences",
    "RedisQueue",
    "RedisQuota",
    "RedisSchedule",
    "RedisServer",
    "RedisTold",
    "RedisTurns",
    "RedisVerdicts",
]
