"""The bot's stores in Redis, one per port; wired by `bootstrap`."""

from bot.adapters.redis.aside import RedisAside
from bot.adapters.redis.installations import RedisInstallations
from bot.adapters.redis.notices import RedisNotices, RedisSchedule
from bot.adapters.redis.preferences import RedisPreferences
from bot.adapters.redis.queue import RedisQueue
from bot.adapters.redis.quota import RedisQuota
from bot.adapters.redis.replays import RedisReplays
from bot.adapters.redis.server import RedisServer
from bot.adapters.redis.sessions import RedisSessions
from bot.adapters.redis.standing import RedisStanding
from bot.adapters.redis.taking_up import RedisTakingUp
from bot.adapters.redis.timetable import RedisTimetable
from bot.adapters.redis.told import RedisTold
from bot.adapters.redis.tries import RedisTries
from bot.adapters.redis.trouble import away
from bot.adapters.redis.turns import RedisTurns
from bot.adapters.redis.verdicts import RedisDeliveries, RedisVerdicts
from bot.adapters.redis.waiting import RedisWaiting

__all__ = [
    "RedisAside",
    "RedisDeliveries",
    "RedisInstallations",
    "RedisNotices",
    "RedisPreferences",
    "RedisQueue",
    "RedisQuota",
    "RedisReplays",
    "RedisSchedule",
    "RedisServer",
    "RedisSessions",
    "RedisStanding",
    "RedisTakingUp",
    "RedisTimetable",
    "RedisTold",
    "RedisTries",
    "RedisTurns",
    "RedisVerdicts",
    "RedisWaiting",
    "away",
]
