"""Installations in the SDK's types, over a store that keeps sealed text: who owns which token.

Written by the OAuth flow, read by `clients.py` and at every delivery, purged when Slack says that
the app was uninstalled. An organisation's installation is one owner, whichever of its workspaces a
delivery comes from.
"""

import json
import logging
import secrets
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

log = structlog.get_logger(__name__)
STATE_SECONDS = 600  # between the install page and Slack's redirect


class Records(Protocol):
    """Sealed records by owner, and the states of installations under way."""

    async def find(self, owner: str) -> str | None: ...

    async def save(self, owner: str, sealed: str) -> None: ...

    async def forget(self, owner: str) -> None: ...

    async def replace(self, owner: str, before: str, sealed: str) -> bool: ...

    async def owners(self) -> frozenset[str]: ...

    def alone(self, owner: str) -> AbstractAsyncContextManager[None]: ...

    async def issue(self, state: str, seconds: int) -> None: ...

    async def consume(self, state: str) -> bool: ...


class Seal(Protocol):
    """Encrypts, and reads what it encrypted."""

    def seal(self, plain: str) -> str: ...

    def open(self, sealed: str) -> str | None: ...


def owner_of(enterprise: str | None, team: str | None, *, whole: bool | None) -> str:
    """The organisation where it installed the app as a `whole`, else the workspace."""
    return str((enterprise if whole or not team else team) or "")


@dataclass(frozen=True)
class Installations(AsyncInstallationStore):
    """A record that cannot be read counts as none, and is logged: installing again mends it."""

    records: Records
    cipher: Seal

    @property
    def logger(self) -> logging.Logger:
        """What the SDK's base class asks for."""
        return logging.getLogger(__name__)

    async def of(self, owner: str) -> Installation | None:
        """What a workspace or an organisation installed."""
        return self.read(owner, await self.records.find(owner))

    def read(self, owner: str, sealed: str | None) -> Installation | None:
        """What a record says."""
        if sealed is None:
            return None
        with suppress(ValueError, TypeError):
            return Installation(**json.loads(self.cipher.open(sealed) or ""))
        log.error("installation_unreadable", team=owner, advice="install the app again")
        return None

    async def recorded(self, owner: str) -> bool:
        """Whether there is a record, readable or not."""
        return await self.records.find(owner) is not None

    async def async_save(self, installation: Installation) -> None:
        """Keep the newest; the first to install stays an installer until the app is removed."""
        owner = owner_of(
            installation.enterprise_id,
            installation.team_id,
            whole=installation.is_enterprise_install,
        )
        before = await self.of(owner)
        first = before.custom_values.get("installer") if before else None
        installation.set_custom_value("installer", first or installation.user_id)
        await self.records.save(owner, self._sealed(installation))
        log.info("installed", team=owner, by=installation.user_id)

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002  # the bot asks for no one's own token
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """The workspace's own, else its organisation's."""
        owner = owner_of(enterprise_id, team_id, whole=is_enterprise_install)
        found = await self.of(owner) if owner else None
        if found is None and enterprise_id and owner != enterprise_id:
            found = await self.of(enterprise_id)
        return found

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        """The same, as the SDK's smaller record."""
        found = await self.async_find_installation(
            enterprise_id=enterprise_id,
            team_id=team_id,
            is_enterprise_install=is_enterprise_install,
        )
        return found.to_bot() if found else None

    async def installer(self, owner: str) -> str:
        """Who installed the app first; empty where nobody did."""
        found = await self.of(owner)
        return str(found.custom_values.get("installer") or found.user_id) if found else ""

    async def reseal(self) -> None:
        """Write every record anew with the first key, so that the others may be dropped."""
        for owner in await self.records.owners():
            async with self.records.alone(owner):
                sealed = await self.records.find(owner)
                found = self.read(owner, sealed)
                if sealed and found is not None:
                    await self.renew(owner, sealed, found)

    async def renew(self, owner: str, before: str, installation: Installation) -> bool:
        """Put it in the place of the record `before`; False where that is gone or changed."""
        return await self.records.replace(owner, before, self._sealed(installation))

    def _sealed(self, installation: Installation) -> str:
        return self.cipher.seal(json.dumps(installation.to_dict_for_copying(), default=str))

    async def forget(self, owner: str, at: float) -> bool:
        """Purge what was installed before `at` (seconds since the epoch); False where nothing was.

        Slack's word may come late, after the app was installed again.
        """
        found = await self.of(owner)
        if found is not None and int(found.installed_at) > at:  # Slack's are whole seconds
            log.info("installed_again", team=owner)
            return False
        await self.records.forget(owner)
        log.info("uninstalled", team=owner)
        return True


@dataclass(frozen=True)
class States(AsyncOAuthStateStore):
    """Which installations are under way; each may be completed once."""

    records: Records

    @property
    def logger(self) -> logging.Logger:
        """What the SDK's base class asks for."""
        return logging.getLogger(__name__)

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002
        """A word that nobody can guess."""
        state = secrets.token_urlsafe(32)
        await self.records.issue(state, STATE_SECONDS)
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether it was issued, and not used or too old."""
        return await self.records.consume(state)
