"""`Preferences` in Redis: one hash per workspace, one field per channel and person."""

from dataclasses import dataclass
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import WatchError

from bot.adapters.redis.keys import key, text
from bot.domain.preferences import ChannelSettings, PersonSettings, WorkspaceSettings
from finetune import Frozen

P = TypeVar("P", bound=Frozen)


def channel_field(channel: str) -> str:
    """Where in the hash a channel's settings are, for whoever reads them with other things."""
    return f"channel:{channel}"


def channel_settings(found: str | None) -> ChannelSettings:
    """What is in that field."""
    return _chosen(found, ChannelSettings)


def _chosen(found: str | bytes | None, kind: type[P]) -> P:
    return kind() if found is None else kind.model_validate_json(found)


@dataclass(frozen=True)
class RedisPreferences:
    """What nobody chose is as the class says."""

    redis: Redis

    async def channel(self, team: str, channel: str) -> ChannelSettings:
        return await self._get(team, channel_field(channel), ChannelSettings)

    async def save_channel(self, team: str, channel: str, chosen: ChannelSettings) -> None:
        await self._save(team, channel_field(channel), chosen)

    async def channels(self, team: str) -> dict[str, ChannelSettings]:
        """All channels with settings of their own."""
        found = await self.redis.hgetall(key(team, "preferences"))
        named = [(text(name), chosen) for name, chosen in found.items()]
        return {
            name.partition(":")[2]: ChannelSettings.model_validate_json(chosen)
            for name, chosen in named
            if name.startswith("channel:")
        }

    async def workspace(self, team: str) -> WorkspaceSettings:
        return await self._get(team, "workspace", WorkspaceSettings)

    async def save_workspace(self, team: str, chosen: WorkspaceSettings) -> None:
        await self._save(team, "workspace", chosen)

    async def person(self, team: str, user: str) -> PersonSettings:
        return await self._get(team, f"person:{user}", PersonSettings)

    async def save_person(self, team: str, user: str, chosen: PersonSettings) -> None:
        await self._save(team, f"person:{user}", chosen)

    async def change_person(self, team: str, user: str, **chosen: bool | float) -> None:
        """Only these settings: two choices made at once are both kept."""
        place, name = key(team, "preferences"), f"person:{user}"
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(place)
                    found = await pipe.hget(place, name)
                    known = PersonSettings.model_validate_json(found) if found else PersonSettings()
                    changed = PersonSettings.model_validate(known.model_dump() | chosen)
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.hset(place, name, changed.model_dump_json())
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return

    async def opted_out(self, team: str) -> dict[str, float | None]:
        """Reads the settings of everybody who has any."""
        found = await self.redis.hgetall(key(team, "preferences"))
        people = {
            text(name).partition(":")[2]: PersonSettings.model_validate_json(chosen)
            for name, chosen in found.items()
            if text(name).startswith("person:")
        }
        return {user: each.opted_out_at for user, each in people.items() if each.opted_out}

    async def _get(self, team: str, name: str, kind: type[P]) -> P:
        return _chosen(await self.redis.hget(key(team, "preferences"), name), kind)

    async def _save(self, team: str, name: str, chosen: Frozen) -> None:
        await self.redis.hset(key(team, "preferences"), name, chosen.model_dump_json())
